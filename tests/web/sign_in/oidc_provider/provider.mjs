// The certified provider, set up to give claims as the Flemish access service does. One argument: a JSON document with
// client_id, client_secret, redirect_uris, post_logout_redirect_uris, application, means and people. Prints its address.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { parse } from 'node:querystring';
import { Provider } from 'oidc-provider';

const asked = JSON.parse(process.argv[2]);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const people = Object.fromEntries(asked.people.map((person) => [person.sub, person]));

const server = createServer((request, response) => handle(request, response));
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: asked.client_id,
    client_secret: asked.client_secret,
    redirect_uris: asked.redirect_uris,
    post_logout_redirect_uris: asked.post_logout_redirect_uris,
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_basic',
  }],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'first' }] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  scopes: ['openid', 'profile', 'rrn', 'vo', asked.application],
  claims: {
    openid: ['sub'],
    profile: ['given_name', 'family_name'],
    rrn: ['rrn'],
    vo: ['vo_doelgroepcode', 'vo_orgcode', 'vo_orgnaam'],
    [asked.application]: [`${asked.application}_rol_3d`],
    acr: null,
    auth_time: null,
  },
  acrValues: asked.means,
  conformIdTokenClaims: false, // claims stand in the ID token
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      logoutSource: async (context, form) => {
        context.body = `<!DOCTYPE html><title>Logout</title>${form}<button form="op.logoutForm" name="logout" value="yes">Sign out</button>`;
      },
    },
  },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: async (_context, sub) => people[sub] && { accountId: sub, claims: async () => people[sub] },
});
const answer = provider.callback();

async function handle(request, response) {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  const { params, prompt } = await provider.interactionDetails(request, response);
  if (request.method === 'GET' && prompt.name === 'login') {
    const buttons = asked.people.map((person) => `<button name="sub" value="${person.sub}">${person.given_name}</button>`);
    const means = asked.means.filter((urn) => (params.acr_values ?? '').split(' ').includes(urn));
    const choices = means.map((urn) => `<option>${urn}</option>`);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    return response.end(`<!DOCTYPE html><title>Login</title><form method="post"><select name="acr">${choices}</select>${buttons}</form>`);
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const chosen = parse(body);
  const login = chosen.sub ? { accountId: chosen.sub, acr: chosen.acr, remember: true } : undefined;
  const accountId = chosen.sub ?? (await provider.interactionDetails(request, response)).session?.accountId;
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { ...(login && { login }), consent }, { mergeWithLastSubmission: true });
}

console.log(issuer);
