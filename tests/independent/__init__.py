"""The whole sign-in at an authorization server that nobody of this project wrote: npm's oidc-provider."""
