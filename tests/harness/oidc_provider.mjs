// An OpenID Connect provider for tests: a real one (oidc-provider), with a sign-in page that believes any name it knows.
// node oidc_provider.mjs PORT REDIRECT_URI ACCOUNTS, the last as JSON: {"name": {"email": ..., "email_verified": ...}}
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [port, redirect, accounts] = process.argv.slice(2);
const known = JSON.parse(accounts);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    { client_id: "nightlight", client_secret: "demo-client-secret", redirect_uris: [redirect], response_types: ["code"], grant_types: ["authorization_code"] },
  ],
  claims: { openid: ["sub", "amr"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["demo-cookie-key"] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  findAccount: (_, name) => known[name] && { accountId: name, claims: () => ({ sub: name, ...known[name] }) },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});

async function form(request) {
  let body = "";
  for await (const part of request) body += part;
  return new URLSearchParams(body);
}

async function interact(request, response) {
  if (request.method === "GET") return response.end('<form method="post"><input name="login"><input name="amr"></form>');
  const typed = await form(request);
  const amr = typed.get("amr")?.split(" ").filter(Boolean);
  const result = known[typed.get("login")]
    ? { login: { accountId: typed.get("login"), ...(amr?.length && { amr }) } }
    : { error: "access_denied", error_description: "nobody of that name" };
  await provider.interactionFinished(request, response, result);
}

const answer = provider.callback();
createServer((request, response) => {
  if (request.url.startsWith("/interaction/")) interact(request, response).catch((error) => response.writeHead(500).end(String(error)));
  else answer(request, response);
}).listen(Number(port), "127.0.0.1", () => console.log("is listening"));
