import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { openConsolePaths } from '@assay/dialects'

/** A small console, as the build writes it, with all its screens. */
export async function writeConsole(folder: string): Promise<void> {
  const script = 'document.title = "Assay"\n'.repeat(20)
  const page =
    '<!doctype html><meta name="assay-prefix" content=""><script type="module" src="./assets/main-1.js"></script>'
  const screens = openConsolePaths.filter((path) => !path.startsWith('/console/') && path !== '/assets/*')
  const description = {
    screens,
    styleHashes: ['sha256-abc='],
    files: [{ path: 'assets/main-1.js', type: 'text/javascript; charset=utf-8' }],
  }
  await mkdir(join(folder, 'assets'))
  await Promise.all([
    writeFile(join(folder, 'index.html'), page),
    writeFile(join(folder, 'console.json'), JSON.stringify(description)),
    writeFile(join(folder, 'assets/main-1.js'), script),
    writeFile(join(folder, 'assets/main-1.js.br'), brotliCompressSync(script)),
    writeFile(join(folder, 'assets/main-1.js.gz'), gzipSync(script)),
  ])
}
