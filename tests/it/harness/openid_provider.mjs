// A real OpenID Connect provider for the tests: `oidc-provider`, which is certified, with a sign-in
// that lets anybody in as whoever the form says. Arguments: the folder of the library, and settings as JSON:
// redirect, secret, algorithm, plain (the address stands in the ID token), port.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [library, given] = process.argv.slice(2);
const settings = { algorithm: 'RS256', plain: false, port: 0, ...JSON.parse(given) };
const { default: Provider } = await import(pathToFileURL(`${library}/node_modules/oidc-provider/lib/index.js`));

const key = (kid, kind, options) => ({ ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), kid, use: 'sig' });
const people = new Map();
let handle;
const server = createServer((request, response) => handle(request, response));
await new Promise((listening) => server.listen(settings.port, '127.0.0.1', listening));
const issuer = `http://localhost:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'suanquan',
    client_secret: settings.secret,
    redirect_uris: [settings.redirect],
    id_token_signed_response_alg: settings.algorithm,
  }],
  jwks: {
    keys: [
      key('rsa', 'rsa', { modulusLength: 2048 }),
      key('p-256', 'ec', { namedCurve: 'P-256' }),
      key('p-384', 'ec', { namedCurve: 'P-384' }),
      key('edwards', 'ed25519', {}),
    ],
  },
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'HS256'] },
  cookies: { keys: ['one key of the tests'] },
  claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], acr: null, auth_time: null, iss: null, sid: null },
  conformIdTokenClaims: !settings.plain,
  pkce: { methods: ['S256'], required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 60, Interaction: 600, Session: 600 },
  findAccount: (context, sub) => ({ accountId: sub, claims: () => ({ sub, ...people.get(sub) }) }),
  async loadExistingGrant(context) {
    const grant = new context.oidc.provider.Grant({ clientId: 'suanquan', accountId: context.oidc.session.accountId });
    grant.addOIDCScope('openid email');
    await grant.save();
    return grant;
  },
});

const form = `<!doctype html><html lang="en"><title>Identity</title><h1>Who are you?</h1><form method="post">
<label>Subject <input name="sub"></label><label>Address <input name="email"></label>
<label>Verified <input name="verified" value="true"></label><label>Ways <input name="amr" value="pwd"></label>
<button>Sign in</button></form></html>`;

async function interact(request, response) {
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(form);
    return;
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const typed = Object.fromEntries(new URLSearchParams(body));
  if (!typed.sub) {
    await provider.interactionFinished(request, response, { error: 'access_denied' });
    return;
  }
  people.set(typed.sub, { email: typed.email, email_verified: typed.verified === 'true' });
  await provider.interactionFinished(request, response, { login: { accountId: typed.sub, amr: typed.amr.split(' ') } });
}

const callback = provider.callback();
handle = (request, response) => {
  if (!request.url.startsWith('/interaction/')) return callback(request, response);
  return interact(request, response).catch((why) => response.writeHead(400).end(String(why)));
};
console.log(`serving ${issuer}`);
