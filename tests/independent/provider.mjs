// An OpenID provider that we did not write (oidc-provider), in front of the smallest record server that there can be.
//
// Environment: PORT, CALLBACK, CLIENT (a JSON object of its metadata), TELL_PATIENT, TELL_FHIR_USER, TOKEN_SECONDS,
// ALGORITHM (the one by which a client may sign).
// It prints what it was asked as one JSON object a line, and signs everybody in as one person without a page.
import http from 'node:http';
import Provider from 'oidc-provider';

const { PORT, CALLBACK, CLIENT, TELL_PATIENT, TELL_FHIR_USER, TOKEN_SECONDS, ALGORITHM } = process.env;
const issuer = `http://127.0.0.1:${PORT}/op`;
const say = (what) => console.log(JSON.stringify(what));
const scopes = [
  'openid', 'offline_access', 'online_access', 'profile', 'fhirUser', 'launch/patient', 'patient/*.read',
];
const algorithms = ALGORITHM ? [ALGORITHM] : ['RS384', 'ES384'];

const provider = new Provider(issuer, {
  clients: [{ redirect_uris: [CALLBACK], grant_types: ['authorization_code', 'refresh_token'], ...JSON.parse(CLIENT) }],
  scopes,
  claims: {
    openid: ['sub'],
    profile: ['name'],
    ...(TELL_FHIR_USER ? { fhirUser: ['fhirUser'] } : {}),
  },
  conformIdTokenClaims: false,
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  enabledJWA: { clientAuthSigningAlgValues: algorithms },
  features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
  interactions: { url: (ctx, interaction) => `/op/interaction/${interaction.uid}` },
  // It asks no address of this machine otherwise, and the portal's keys stand on one here.
  fetch: (url, options) => globalThis.fetch(url, { ...options, dispatcher: undefined }),
  ttl: { AccessToken: Number(TOKEN_SECONDS || 300), Grant: 3600, IdToken: 300, Interaction: 600, Session: 3600 },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: 'Canary Lovelace', fhirUser: 'Patient/p1' }),
  }),
});

provider.on('grant.error', (ctx, error) => say({ refused: error.error_detail || error.error_description }));

provider.use(async (ctx, next) => {
  await next();
  if (ctx.oidc?.route === 'token') {
    // SMART's `patient` is nothing that an OpenID provider knows.
    if (TELL_PATIENT && ctx.body.access_token) ctx.body.patient = 'p1';
    say({ token: ctx.status, scope: ctx.body.scope, refresh: 'refresh_token' in ctx.body, error: ctx.body.error });
  }
});

async function interaction(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: 'person-1' } });
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  if (prompt.details.missingOIDCScope) grant.addOIDCScope(prompt.details.missingOIDCScope.join(' '));
  if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

const PATIENT = { resourceType: 'Patient', id: 'p1', name: [{ text: 'Canary Lovelace' }], birthDate: '1968-03-14' };

async function record(request, response, path) {
  const answer = (status, body) => {
    response.writeHead(status, { 'Content-Type': 'application/fhir+json' });
    response.end(JSON.stringify(body));
  };
  if (path.startsWith('.well-known') || path === 'metadata') {
    return answer(404, { resourceType: 'OperationOutcome', issue: [] });
  }
  const bearer = (request.headers.authorization || '').replace('Bearer ', '');
  const token = await provider.AccessToken.find(bearer);
  if (!token || !token.scopes.has('patient/*.read')) return answer(401, { resourceType: 'OperationOutcome', issue: [] });
  if (path === 'Patient/p1') return answer(200, PATIENT);
  const found = path === 'Patient' ? [{ resource: PATIENT, search: { mode: 'match' } }] : [];
  return answer(200, { resourceType: 'Bundle', type: 'searchset', total: found.length, entry: found });
}

const op = provider.callback();
http.createServer((request, response) => {
  const path = request.url.split('?')[0];
  const failed = (error) => {
    say({ failed: error.error || error.name });
    response.writeHead(500).end();
  };
  if (path.startsWith('/op/interaction/')) return interaction(request, response).catch(failed);
  if (path.startsWith('/fhir/')) return record(request, response, path.slice(6)).catch(failed);
  request.originalUrl = request.url; // oidc-provider mounts by the difference of the two
  request.url = request.url.replace(/^\/op/, '') || '/';
  return op(request, response);
}).listen(Number(PORT), '127.0.0.1', () => say({ ready: issuer }));
