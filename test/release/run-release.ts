import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { artefactsOf, writeArtefacts } from './artefacts.ts'
import { dateOfRelease, releasedUpgradeWords } from './changelog.ts'
import { changedFiles, commitOf, committedPaths, git, gitBytes } from './git.ts'
import { type MadeFiles, planRelease, type ReleasePlan } from './plan-release.ts'
import { presentFormats } from './present-formats.ts'

interface ReleaseOptions {
  readonly root: string
  readonly version: string
  readonly isDry: boolean
  /** The folder for the artefacts. */
  readonly folder: string
  readonly print: (line: string) => void
  /** The present day as `2026-11-30`. */
  readonly today: string
  /** Others in tests. */
  readonly tools?: ReleaseTools
}

interface ReleaseTools {
  readonly make: (root: string) => MadeFiles
  readonly sbomOf?: (root: string, commit: string) => string
}

/**
 * Makes a release: its commit, then its artefacts, last its tag. After an interruption, a second run continues: it finds the files
 * that are written already, or the commit. A version with a tag is released.
 * @throws Error with the reason against it
 */
export function runRelease(options: ReleaseOptions): void {
  const { root, version, isDry, folder, print, tools = { make } } = options
  const tag = `v${version}`
  const tagged = commitOf(root, `refs/tags/${tag}`)
  if (tagged !== undefined)
    throw new Error(`The version ${version} exists: the tag ${tag} names the commit ${tagged.slice(0, 12)}`)
  const isCommitted = git(root, 'log', '-1', '--format=%s') === subjectOf(version)
  if (isCommitted) {
    const changed = changedFiles(root)
    if (changed.length > 0) throw new Error(`These files are not committed: ${changed.join(', ')}`)
    print(`The commit of ${version} is there already; going on with what is missing.`)
  } else {
    commit(options, tools)
  }
  if (isDry) {
    print(`Then: the artefacts in ${folder}, and the tag ${tag}. Nothing was changed.`)
    return
  }
  const head = git(root, 'rev-parse', 'HEAD')
  const artefacts = artefactsOf(root, version, head, tools.sbomOf)
  writeArtefacts(folder, artefacts)
  for (const [file, content] of artefacts) print(`${join(folder, file)}, ${content.length} bytes`)
  const words = releasedUpgradeWords(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version)
  git(root, 'tag', '--annotate', tag, '--message', `Assay ${version}\n\n${words}`)
  print(`The tag ${tag} names the commit ${head.slice(0, 12)}. To publish: git push origin HEAD ${tag}`)
}

/** Writes and commits the files of the release, or says what would be written. */
function commit({ root, version, isDry, print, today }: ReleaseOptions, tools: ReleaseTools): void {
  const plan = planOf(root, version, today, tools)
  const foreign = changedFiles(root).filter((path) => !isWritten(root, plan, path))
  if (foreign.length > 0)
    throw new Error(`The tree must be clean; these files are not committed: ${foreign.join(', ')}`)
  const changed = [...plan.files].filter(([path, content]) => !content.equals(committedBytes(root, path)))
  for (const [path] of changed) print(`${isDry ? 'would write' : 'writes'} ${path}`)
  print(plan.toUpgrade.replaceAll(/^/gm, '  '))
  if (isDry) {
    print(`would commit "${subjectOf(version)}"`)
    return
  }
  for (const [path, content] of changed) writeFileSync(join(root, path), content)
  git(root, 'add', '--', ...changed.map(([path]) => path))
  git(root, 'commit', '--quiet', '--message', subjectOf(version))
}

function planOf(root: string, version: string, today: string, { make }: ReleaseTools): ReleasePlan {
  const paths = committedPaths(root, 'HEAD')
  const read = (path: string) => committedBytes(root, path).toString()
  // An interrupted run of yesterday has written its date.
  const date = dateOfRelease(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version) ?? today
  return planRelease({ paths, read }, version, date, make(root))
}

/** Whether a changed file is one that this release writes, and has been written by an earlier run. */
function isWritten(root: string, { files }: ReleasePlan, path: string): boolean {
  const file = join(root, path)
  return existsSync(file) && (files.get(path)?.equals(readFileSync(file)) ?? false)
}

function committedBytes(root: string, path: string): Buffer {
  return gitBytes(root, 'show', `HEAD:${path}`)
}

function subjectOf(version: string): string {
  return `Release ${version}`
}

/** The image as `npm run release-protos` writes it. */
function make(root: string): MadeFiles {
  const folder = mkdtempSync(join(tmpdir(), 'assay-image-'))
  try {
    const file = join(folder, 'released.binpb')
    execFileSync(join(root, 'node_modules/.bin/buf'), ['build', 'proto', '--exclude-source-info', '-o', file], {
      cwd: root,
    })
    return { image: readFileSync(file), formats: presentFormats(root) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
