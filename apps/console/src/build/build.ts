import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { build } from 'vite'
import { screens } from '../shell/screens.ts'
import { libraryStyles } from './library-styles.ts'
import { sourceDigest } from './source-digest.ts'
import { textsInLanguage } from './texts-in-language.ts'
import { builtFolder, viteConfig } from './vite-config.ts'

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

const { language } = parseArgs({ options: { language: { type: 'string', default: 'en' } } }).values
await build({ ...viteConfig, plugins: [...(viteConfig.plugins ?? []), textsInLanguage(language)] })

const names = (await readdir(join(builtFolder, 'assets'))).sort()
await Promise.all(names.map((name) => compress(join(builtFolder, 'assets', name))))
const description = {
  screens: screens.map(({ path }) => path),
  styleHashes: libraryStyles().map((style) => `sha256-${createHash('sha256').update(style).digest('base64')}`),
  sourceDigest: sourceDigest(),
  files: names.map((name) => ({ path: `assets/${name}`, type: typeOf(name) })),
}
await writeFile(join(builtFolder, 'console.json'), `${JSON.stringify(description, null, 2)}\n`)

function typeOf(name: string): string {
  const type = types[extname(name)]
  if (type === undefined) throw new Error(`The build wrote ${name}, whose media type is not known; add it to build.ts`)
  return type
}

/** Writes both compressed forms that browsers accept, so that the gateway need not compress. */
async function compress(file: string): Promise<void> {
  const content = await readFile(file)
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
  await Promise.all([
    promisify(brotliCompress)(content, { params }).then((packed) => writeFile(`${file}.br`, packed)),
    promisify(gzip)(content, { level: 9 }).then((packed) => writeFile(`${file}.gz`, packed)),
  ])
}
