"""What `smart_auth` and `records` share when they speak HTTP to the agency's servers. It knows neither of them."""
