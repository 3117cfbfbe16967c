import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { Composition } from './compose/compose.ts'
import { nativeFiles } from './compose/native-files.ts'
import { Faults, placed } from './faults.ts'
import type { InputFile, Limits } from './input-file.ts'
import type { AccessMap } from './map/map.ts'
import { readyMaps } from './map/ready-maps.ts'
import { recogniseFiles } from './recognise/recognise-files.ts'

/** The result of a load, in a form that a test can write by hand. */
export interface Loaded {
  /** The map of each source and the names of its parts. */
  readonly sources: Readonly<Record<string, readonly string[]>>
  /** Ids by status. */
  readonly people: Readonly<Record<string, readonly string[]>>
  readonly applications: readonly string[]
  /** `application id` */
  readonly entitlements: readonly string[]
  /** `holder -> application id`, without repetition. */
  readonly grants: readonly string[]
  /** `member -> group` */
  readonly memberships: readonly string[]
  readonly orphans: readonly string[]
  readonly faults: readonly string[]
  /** Leaving rows out does not solve it. */
  readonly isFatal: boolean
  readonly leftOut: Readonly<Record<string, number>>
  readonly unmapped: readonly string[]
  readonly others: readonly string[]
  readonly warnings: readonly string[]
  readonly looks: readonly string[]
  /** The files of the import. */
  readonly files: Readonly<Record<string, string>>
}

interface LoadOptions {
  readonly encoding?: string
  readonly delimiter?: string
  readonly split?: string
  readonly now?: Date
  readonly maps?: readonly AccessMap[]
  readonly limits?: Partial<Limits>
}

export function bytesFile(name: string, bytes: Uint8Array | string): InputFile {
  const whole = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  return {
    name,
    async *open() {
      // In pieces of odd sizes, so that characters and rows are cut.
      for (let at = 0; at < whole.length; at += 4093) yield whole.subarray(at, at + 4093)
    },
  }
}

export async function filesAt(path: string): Promise<InputFile[]> {
  const isFolder = (await stat(path)).isDirectory()
  const names = isFolder ? await readdir(path, { recursive: true }) : [basename(path)]
  const files: InputFile[] = []
  for (const name of names.sort()) {
    const full = isFolder ? join(path, name) : path
    if ((await stat(full)).isDirectory()) continue
    files.push({ name: isFolder ? relative(path, full) : name, path: full, open: () => createReadStream(full) })
  }
  return files
}

export async function load(files: readonly InputFile[], options: LoadOptions = {}): Promise<Loaded> {
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'assay-sources-test-'))
  try {
    return await loadIn(files, options, temporaryFolder)
  } finally {
    await rm(temporaryFolder, { recursive: true, force: true })
  }
}

async function loadIn(
  files: readonly InputFile[],
  { maps = readyMaps(), split, now = new Date('2025-06-01T12:00:00Z'), ...reading }: LoadOptions,
  temporaryFolder: string,
): Promise<Loaded> {
  const faults = new Faults()
  const choice = await recogniseFiles(files, maps, { ...reading, temporaryFolder })
  for (const fault of choice.faults) faults.addFatal(fault)
  const composition = new Composition(choice.sources, { faults, now, ...(split === undefined ? {} : { split }) })
  await composition.read()
  const texts: Record<string, string> = {}
  for (const { name, content } of nativeFiles(composition)) {
    const slices: Uint8Array[] = []
    for await (const slice of content) slices.push(slice)
    texts[name] = Buffer.concat(slices).toString('utf8')
  }
  const { directory } = composition
  const named = (ordinal: number) => {
    const entitlement = directory.entitlements[ordinal]
    return `${entitlement?.application} ${entitlement?.id}`
  }
  const people: Record<string, string[]> = {}
  for (const { id, fields } of directory.people) {
    const status = fields.status ?? ''
    people[status] = [...(people[status] ?? []), id]
  }
  const grantLines = (texts['grants.csv'] ?? '').trim().split('\n').slice(1)
  return {
    sources: Object.fromEntries(choice.sources.map(({ name, parts: all }) => [name, all.map(({ part }) => part.name)])),
    people: Object.fromEntries(Object.entries(people).map(([status, ids]) => [status, ids.sort()])),
    applications: directory.applications.map(({ id }) => id).sort(),
    entitlements: directory.entitlements.map((_, ordinal) => named(ordinal)).sort(),
    grants: [...new Set(grantLines)].sort(),
    memberships: directory.memberships.map(({ member, group }) => `${named(member)} -> ${named(group)}`).sort(),
    orphans: [...directory.orphans.values()]
      .map(({ value, reason, rows }) => `${value}: ${reason}, ${rows} rows`)
      .sort(),
    faults: faults.first.map(placed),
    isFatal: faults.isFatal,
    leftOut: Object.fromEntries(composition.leftOut),
    unmapped: choice.unmapped.map(({ part }) => part.name),
    others: choice.others.map(({ name, look }) => `${name}: ${look}`),
    warnings: composition.warnings,
    looks: choice.parts.map(({ name, look }) => `${name}: ${look}`),
    files: texts,
  }
}

/** Holder and entitlement of a line of grants.csv. */
export function shortGrant(line: string): string {
  const cells = line.match(/"(?:[^"]|"")*"|[^,]*/g)?.filter((cell) => cell !== '') ?? []
  return `${cells[0]} ${cells[1]}`
}
