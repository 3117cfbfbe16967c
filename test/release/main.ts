import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { artefactsOf, writeArtefacts } from './artefacts.ts'
import { commitOf } from './git.ts'
import { runRelease } from './run-release.ts'

// npm run release -- 0.2.0               commit, artefacts and tag (docs/releasing.md)
// npm run release -- 0.2.0 --dry-run     prints what it would do, and changes nothing
// npm run release -- 0.2.0 --artefacts   the artefacts of a version that is released, the same bytes again
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'dry-run': { type: 'boolean', default: false },
    artefacts: { type: 'boolean', default: false },
    folder: { type: 'string' },
  },
})
// With `npm run release 0.2.0 --dry-run`, without the two dashes, npm reads the option itself.
const isDry = values['dry-run'] || process.env.npm_config_dry_run === 'true'
const root = join(import.meta.dirname, '../..')
const [version = '', ...more] = positionals
if (isDry && values.artefacts) {
  console.error('Name --dry-run, which writes nothing, or --artefacts, which writes them: not both')
  process.exit(2)
}
if (!/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(version) || more.length > 0) {
  console.error('Name the version to release: npm run release -- 0.2.0')
  process.exit(2)
}
const folder = resolve(values.folder ?? join(root, 'release', version))
const print = (line: string) => console.log(line)
try {
  if (values.artefacts) {
    const commit = commitOf(root, `refs/tags/v${version}`)
    if (commit === undefined) throw new Error(`The version ${version} is not released: there is no tag v${version}`)
    const artefacts = artefactsOf(root, version, commit)
    writeArtefacts(folder, artefacts)
    for (const [file, content] of artefacts) print(`${join(folder, file)}, ${content.length} bytes`)
  } else {
    runRelease({ root, version, isDry, folder, print, today: new Date().toISOString().slice(0, 10) })
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
