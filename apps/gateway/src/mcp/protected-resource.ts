import { type NodeHandler, type NodeRequest, reply } from '@assay/server'

/** The path of the tools, below the gateway's address. */
export const mcpPath = '/mcp'

const resourcePath = '/.well-known/oauth-protected-resource'

/** The address of the resource metadata, for a caller without a token (RFC 9728, section 5.1). */
export function resourceMetadataUrl(baseUrl: string): string {
  return `${baseUrl}${resourcePath}${mcpPath}`
}

/**
 * The documents from which a client learns which server issues tokens for the tools (RFC 9728) and how to request them (RFC 8414): with the
 * id and secret of an API client, or with a signed assertion. There is no client registration, and no redirect of a browser.
 */
export function discoveryEndpoints(
  baseUrlOf: (request: NodeRequest) => string,
  tokenPath: string,
): Readonly<Record<string, NodeHandler>> {
  const resource = document((baseUrl) => ({
    resource: `${baseUrl}${mcpPath}`,
    authorization_servers: [baseUrl],
    bearer_methods_supported: ['header'],
    resource_name: 'Assay',
  }))
  const server = document((baseUrl) => ({
    issuer: baseUrl,
    // Official clients refuse a document without this member. No grant uses it; it is the page on which people sign in.
    authorization_endpoint: `${baseUrl}/sign-in`,
    token_endpoint: `${baseUrl}${tokenPath}`,
    response_types_supported: [],
    grant_types_supported: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['EdDSA'],
  }))

  function document(make: (baseUrl: string) => unknown): NodeHandler {
    return (request, response) => {
      request.resume()
      if (request.method !== 'GET' && request.method !== 'HEAD') return reply(response, 405, { allow: 'GET, HEAD' })
      const body = `${JSON.stringify(make(baseUrlOf(request)))}\n`
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
      reply(response, 200, headers, request.method === 'HEAD' ? undefined : body)
    }
  }

  return {
    [resourcePath]: resource,
    [`${resourcePath}${mcpPath}`]: resource,
    '/.well-known/oauth-authorization-server': server,
  }
}
