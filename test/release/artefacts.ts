import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { archiveOf, committedPaths, git } from './git.ts'

/** The artefacts of a release, by the names of the files. */
type Artefacts = ReadonlyMap<string, Buffer>

/**
 * The package, the list of its dependencies, and the checksums of both, from a commit only. The same commit gives the same bytes with the
 * same Node on the same kind of processor (its zlib compresses) and the same npm (which writes its version).
 */
export function artefactsOf(root: string, version: string, commit: string, sbomOf = npmSbom): Artefacts {
  const name = `assay-${version}`
  // A tree instead of a commit would give the present time. The tar has no owner, and no time but that of the commit.
  const tar = archiveOf(root, `--prefix=${name}/`, commit)
  const bills = new Map([
    [`${name}.tar.gz`, gzipSync(tar, { level: 9 })],
    [`${name}.cdx.json`, Buffer.from(fixedSbom(sbomOf(root, commit), root, commit))],
  ])
  const sums = [...bills].map(([file, content]) => `${createHash('sha256').update(content).digest('hex')}  ${file}\n`)
  return new Map([...bills, ['SHA256SUMS', Buffer.from(sums.join(''))]])
}

export function writeArtefacts(folder: string, artefacts: Artefacts): void {
  mkdirSync(folder, { recursive: true })
  for (const [file, content] of artefacts) writeFileSync(join(folder, file), content)
}

/**
 * Made by npm, which reads the lock file and needs no other package: the packages for running, without those for development. It runs in a
 * folder that has only the manifests of the commit, so that an existing installation has no influence.
 */
function npmSbom(root: string, commit: string): string {
  const temporary = mkdtempSync(join(tmpdir(), 'assay-sbom-'))
  // npm names the root component after its folder.
  const folder = join(temporary, 'assay')
  try {
    mkdirSync(folder)
    const manifests = committedPaths(root, commit).filter((path) => /(^|\/)package(-lock)?\.json$|^\.npmrc$/.test(path))
    const tar = archiveOf(root, commit, '--', ...manifests)
    execFileSync('tar', ['-x', '-C', folder], { input: tar })
    const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only', '--omit=dev']
    return execFileSync('npm', args, { cwd: folder, maxBuffer: 2 ** 30, encoding: 'utf8' })
  } finally {
    rmSync(temporary, { recursive: true })
  }
}

/** npm writes the present time and a random number. */
function fixedSbom(text: string, root: string, commit: string): string {
  const sbom = JSON.parse(text) as { serialNumber: string; metadata: { timestamp: string } }
  const digest = createHash('sha256').update(`assay sbom ${commit}`).digest('hex')
  // A UUID of version 8, whose bits are free to choose.
  const uuid = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`
  sbom.serialNumber = `urn:uuid:${uuid}`
  sbom.metadata.timestamp = new Date(Number(git(root, 'log', '-1', '--format=%ct', commit)) * 1000).toISOString()
  return `${JSON.stringify(sbom, null, 2)}\n`
}
