// A certified provider of OpenID Connect, for tests: it lets everybody in by any name and password.
// Usage: node oidc_provider.mjs ORIGIN_OF_THE_APPLICATION
import http from 'node:http';
import Provider from 'oidc-provider';

const application = process.argv[2];
const server = http.createServer((request, response) => callback(request, response));
let callback;

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'chat',
        client_secret: 'the secret of the chat',
        redirect_uris: [`${application}/login/callback`],
        post_logout_redirect_uris: [`${application}/login`],
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username', 'name', 'biography'], email: ['email'] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        preferred_username: id.replace(/^id-/, ''),
        name: 'Ann Example',
        email: 'ann@example.com',
        biography: 'x'.repeat(5000),
      }),
    }),
    cookies: { keys: ['a key of the tests'] },
  });
  callback = provider.callback();
  process.stdout.write(`${issuer}\n`);
});
