import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Logger, type NodeHandler, type NodeRequest, type NodeResponse, pathOf, reply } from '@assay/server'
import { isNamedBy } from '../served-files.ts'

/** The content of `console.json`, which the build of apps/console writes beside its files. */
interface BuiltConsole {
  /** Paths of screens; `*` stands for one part of a path. */
  readonly screens: readonly string[]
  /** Hashes of the style elements that a library of the console adds, in the form of a Content-Security-Policy. */
  readonly styleHashes: readonly string[]
  readonly files: readonly { readonly path: string; readonly type: string }[]
}

interface Variant {
  readonly body: Uint8Array
  readonly encoding: string | undefined
}

interface ConsoleFile {
  readonly headers: Readonly<Record<string, string>>
  /** The best compression first; the last variant is not compressed. */
  readonly variants: readonly Variant[]
}

interface LoadedConsole {
  readonly isScreen: (path: string) => boolean
  readonly page: ConsoleFile
  readonly assets: ReadonlyMap<string, ConsoleFile>
}

interface ConsoleFilesOptions {
  /** The folder with the built console. */
  readonly folder: string
  /** The path at which browsers reach the gateway, such as `/assay`, or empty. */
  readonly prefix: string
  /** Whether a path may answer without a token. It never throws. */
  readonly isOpenPath: (path: string) => boolean
  readonly logger: Logger
}

const kept = 'public, max-age=31536000, immutable'

/**
 * Answers a request that is not for the console.
 * @param unknown answers instead of the JSON of status 404, when the path belongs to no part of the API; undefined for programs
 */
type OtherHandler = (request: NodeRequest, response: NodeResponse, unknown?: NodeHandler) => void

/**
 * Serves the console: its page for a navigation to one of its screens, and its files, whose names contain a hash of their content. All
 * other requests go to `otherwise`, also every request when the console is not built. A navigation to an unknown path gets the page with
 * status 404, and the page says that there is no such screen.
 */
export function withConsoleFiles(options: ConsoleFilesOptions, otherwise: OtherHandler): NodeHandler {
  const { folder, logger } = options
  const loading = load(options).catch((err: unknown): undefined => {
    logger.warn({ err, folder }, 'the console is not there: "npm run build-console" builds it')
  })
  return (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const path = pathOf(request)
    if (!isRead || !(path.startsWith('/assets/') || isNavigation(request))) return otherwise(request, response)
    void loading.then((built) => {
      const page = isNavigation(request) && !path.startsWith('/assets/') ? built?.page : undefined
      const file = built?.assets.get(path) ?? (built?.isScreen(path) ? page : undefined)
      if (file !== undefined) send(request, response, 200, file)
      else otherwise(request, response, page && ((...unknown) => send(...unknown, 404, page)))
    })
  }
}

/** Whether a browser navigates to a page; scripts and programs that request the same path do not want the page. */
function isNavigation({ headers }: NodeRequest): boolean {
  const mode = headers['sec-fetch-mode']
  return mode === undefined ? (headers.accept?.includes('text/html') ?? false) : mode === 'navigate'
}

async function load({ folder, prefix, isOpenPath }: ConsoleFilesOptions): Promise<LoadedConsole> {
  const built = JSON.parse(await readFile(join(folder, 'console.json'), 'utf8')) as BuiltConsole
  const closed = built.screens.find((path) => !isOpenPath(path.replaceAll('*', 'x')))
  if (closed !== undefined) throw new Error(`The table of access does not have the screen ${closed}`)
  const assets = new Map<string, ConsoleFile>()
  for (const { path, type } of built.files) {
    const file = join(folder, path)
    const [br, gzip, plain] = await Promise.all([readFile(`${file}.br`), readFile(`${file}.gz`), readFile(file)])
    assets.set(`/${path}`, {
      headers: { ...common, 'content-type': type, 'cache-control': kept, etag: tagOf(plain) },
      variants: [variant(br, 'br'), variant(gzip, 'gzip'), variant(plain)],
    })
  }
  const patterns = built.screens.map((screen) => new RegExp(`^${RegExp.escape(screen).replaceAll('\\*', '[^/]+')}/?$`))
  const html = (await readFile(join(folder, 'index.html'), 'utf8'))
    .replaceAll('"./', `"${prefix}/`)
    .replace('name="assay-prefix" content=""', `name="assay-prefix" content="${prefix}"`)
  return {
    isScreen: (path) => patterns.some((pattern) => pattern.test(path)),
    page: {
      headers: {
        ...common,
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': pagePolicy(built.styleHashes),
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      },
      variants: [variant(Buffer.from(html))],
    },
    assets,
  }
}

const common = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

/** The policy of the page: no content of other hosts, no inline scripts, no text that becomes a script. */
export function pagePolicy(styleHashes: readonly string[]): string {
  const styles = styleHashes.map((hash) => `'${hash}'`).join(' ')
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${styles}`.trim(),
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

function variant(body: Uint8Array, encoding?: string): Variant {
  return { body, encoding }
}

function tagOf(content: Uint8Array): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
}

function send(request: NodeRequest, response: NodeResponse, status: number, file: ConsoleFile): void {
  const { headers: ownHeaders, variants } = file
  const headers = { ...ownHeaders, vary: 'Accept-Encoding' }
  const { etag } = ownHeaders
  if (etag !== undefined && isNamedBy(request.headers['if-none-match'], etag)) {
    reply(response, 304, headers)
    return
  }
  const accepted = String(request.headers['accept-encoding'] ?? '')
  const chosen =
    variants.find(({ encoding }) => encoding === undefined || accepts(accepted, encoding)) ??
    variants[variants.length - 1]
  const { body, encoding } = chosen as Variant
  reply(
    response,
    status,
    {
      ...headers,
      'content-length': String(body.length),
      ...(encoding !== undefined && { 'content-encoding': encoding }),
    },
    request.method === 'HEAD' ? undefined : body,
  )
}

function accepts(header: string, encoding: string): boolean {
  return new RegExp(`\\b${encoding}\\b(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$))`).test(header)
}
