// The certified provider, set up to give claims as the Flemish access service does. One argument: a JSON document with
// clients (as OpenID Connect registers them), application, means and people. Prints its address. A POST to /rotate gives
// it a new key.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { parse } from 'node:querystring';
import { Provider } from 'oidc-provider';

const asked = JSON.parse(process.argv[2]);
const people = Object.fromEntries(asked.people.map((person) => [person.sub, person]));
const cookieKeys = [randomBytes(16).toString('hex')];

const server = createServer((request, response) => handle(request, response));
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

// Another key is another instance, which remembers nobody.
const withKey = (kid) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return new Provider(issuer, {
    clients: asked.clients,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid }] },
    cookies: { keys: cookieKeys },
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
};
let keys = 1;
let provider = withKey('key-1');

async function handle(request, response) {
  if (request.method === 'POST' && request.url === '/rotate') {
    provider = withKey(`key-${(keys += 1)}`);
    return response.end();
  }
  if (!request.url.startsWith('/interaction/')) return provider.callback()(request, response);
  const { params, prompt, session } = await provider.interactionDetails(request, response);
  if (request.method === 'GET' && prompt.name === 'login') {
    const buttons = asked.people.map((person) => `<button name="sub" value="${person.sub}">${person.given_name}</button>`);
    const means = asked.means.filter((urn) => (params.acr_values ?? '').split(' ').includes(urn));
    const choices = means.map((urn) => `<option>${urn}</option>`);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    return response.end(`<!DOCTYPE html><title>Login</title><form method="post"><select name="acr">${choices}</select>${buttons}<button name="cancel">Cancel</button></form>`);
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const chosen = parse(body);
  if ('cancel' in chosen) return provider.interactionFinished(request, response, { error: 'access_denied' });
  const login = chosen.sub ? { accountId: chosen.sub, acr: chosen.acr, remember: true } : undefined;
  const grant = new provider.Grant({ accountId: chosen.sub ?? session?.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { ...(login && { login }), consent }, { mergeWithLastSubmission: true });
}

console.log(issuer);
