import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { ApiDialect } from '@assay/dialects'
import type { Logger, NodeHandler } from '@assay/server'
import type { RouteInfo } from '@assay/transcoding'
import { servedFile, serveFile } from './served-files.ts'

/**
 * The description of the public port, without a token: `/openapi.json`, and `/docs`, which shows it. Both are made at the first request, so
 * that they do not delay the start of the gateway.
 */
export function documentationRoutes(
  routes: readonly RouteInfo[],
  dialects: readonly ApiDialect[],
  logger: Logger,
): Readonly<Record<string, NodeHandler>> {
  const page = serveFile(() => servedFile({ 'content-type': 'text/html; charset=utf-8', ...pagePolicy }, html), logger)
  const rendererFile = (name: string, type: string): NodeHandler =>
    serveFile(async () => servedFile({ 'content-type': type }, await readFile(join(rendererFolder(), name))), logger)
  return {
    '/openapi.json': serveFile(async () => {
      const { describeApi } = await import('./api-description.ts')
      return servedFile({ 'content-type': 'application/json' }, `${JSON.stringify(describeApi(routes, dialects))}\n`)
    }, logger),
    '/docs': page,
    '/docs/': page,
    '/docs/start.js': serveFile(() => servedFile({ 'content-type': javaScript }, script), logger),
    '/docs/page.css': serveFile(() => servedFile({ 'content-type': css }, style), logger),
    '/docs/swagger-ui.css': rendererFile('swagger-ui.css', css),
    '/docs/swagger-ui-bundle.js': rendererFile('swagger-ui-bundle.js', javaScript),
    '/docs/favicon-32x32.png': rendererFile('favicon-32x32.png', 'image/png'),
  }
}

const javaScript = 'text/javascript; charset=utf-8'
const css = 'text/css; charset=utf-8'

/** The page may load files and call APIs of this host only. The renderer's style sheet has its icons as data URLs. */
const pagePolicy = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

/** The folder of Swagger UI as its authors publish it: three files that need no build here. */
function rendererFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
}

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Assay API</title>
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="stylesheet" href="/docs/page.css">
  </head>
  <body>
    <noscript>This page needs JavaScript. The document that it shows is <a href="/openapi.json">/openapi.json</a>.</noscript>
    <div id="api"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`

const style = 'body { margin: 0; }\n'

// `validatorUrl: null`: otherwise, the renderer would send the document to a host of its authors for validation.
const script = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  validatorUrl: null,
  docExpansion: 'list',
  filter: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  defaultModelsExpandDepth: 0,
})
`
