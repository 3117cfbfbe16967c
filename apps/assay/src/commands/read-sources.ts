import { readFile, writeFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import {
  type AccessMap,
  Composition,
  Faults,
  firstMap,
  loadMap,
  type Recognised,
  readyMap,
  readyMapNames,
  readyMaps,
  recogniseFiles,
  withoutForeignIds,
} from '@assay/sources'
import { type NamedFile, standingAt } from './input-files.ts'
import { Refused } from './refused.ts'

export interface SourceOptions {
  /** A file with a map, or the name of a ready map. */
  readonly map?: string
  readonly encoding?: string
  readonly delimiter?: string
  /** The characters that separate entitlements in one cell; `none`: cells are not lists. */
  readonly split?: string
  /** The file for a first map of the first file that no map reads. */
  readonly writeMap?: string
  readonly explain?: boolean
}

export interface ReadSources {
  readonly recognised: Recognised
  readonly composition: Composition
  /** Files that an import reads without a map: access profiles have Assay's own format. */
  readonly passed: readonly NamedFile[]
  /** Parts with rows that no map reads. They are left out, since other files of the folder are read. */
  readonly leftOut: readonly string[]
}

const profileFile = /(^|\/)access_profile(s|_entitlements)\.csv(\.gz)?$/i

/** Recognises the files and reads everything except the grants, which are streamed. @throws Refused when no map reads a named file */
export async function readSources(
  files: readonly NamedFile[],
  temporaryFolder: string,
  options: SourceOptions,
): Promise<ReadSources> {
  const passed = files.filter(({ name }) => profileFile.test(name))
  const maps = await mapsOf(options.map)
  const recognised = await recogniseFiles(
    files.filter((file) => !passed.includes(file)),
    maps,
    {
      temporaryFolder,
      ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
      ...(options.delimiter === undefined ? {} : { delimiter: delimiterOf(options.delimiter) }),
    },
  )
  await refuseUnmapped(files, recognised, options)
  const faults = new Faults()
  for (const fault of recognised.faults) faults.addFatal(fault)
  const split = options.split === undefined ? undefined : options.split === 'none' ? '' : options.split
  const composition = new Composition(withoutForeignIds(recognised.sources), {
    faults,
    keepsGrants: options.explain ?? false,
    ...(split === undefined ? {} : { split }),
  })
  await composition.read()
  return { recognised, composition, passed, leftOut: recognised.unmapped.map(({ part }) => part.name) }
}

async function mapsOf(named: string | undefined): Promise<readonly AccessMap[]> {
  if (named === undefined) return readyMaps()
  const ready = readyMap(named)
  if (ready !== undefined) return [ready]
  const path = resolve(standingAt(), named)
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new Error(
      `There is no map "${named}": it is not a file, and the ready maps are ${readyMapNames().join(', ')}`,
      {
        cause,
      },
    )
  })
  return [loadMap(basename(path), text, true)]
}

/** @throws Error for a text that is neither one character nor a known name */
export function delimiterOf(text: string): string {
  const names: Readonly<Record<string, string>> = { tab: '\t', comma: ',', semicolon: ';', bar: '|' }
  const delimiter = names[text.toLowerCase()] ?? (text === '\\t' ? '\t' : text)
  if (delimiter.length === 1) return delimiter
  throw new Error(`--delimiter "${text}" is no single character; comma, semicolon, tab and bar are names for some`)
}

/** Refuses a named file that no map reads; such a file of a folder may be left out when others are read. */
async function refuseUnmapped(
  files: readonly NamedFile[],
  { unmapped, others, sources, faults, parts }: Recognised,
  { writeMap }: SourceOptions,
): Promise<void> {
  const isNamed = (name: string) => files.some((file) => file.isNamed && belongsTo(name, file.name))
  const [first] = unmapped.filter(({ part }) => sources.length === 0 || isNamed(part.name))
  if (first === undefined) {
    const other = others.find(({ name }) => isNamed(name) && !parts.some((part) => sharesFile(part.name, name, files)))
    if (other !== undefined) throw new Refused(3, `${other.name} is not recognised: it is ${other.look}.`)
    if (sources.length === 0 && faults.length === 0) {
      const found = others.map(({ name, look }) => `  ${name}: ${look}`)
      throw new Refused(3, ['There is no file with access data.', ...found].join('\n'))
    }
    return
  }
  // Another part of the same workbook or archive is read, so the file as a whole is not refused.
  if (sources.some((source) => source.parts.some(({ part }) => sharesFile(part.name, first.part.name, files)))) return
  const { part, nearest } = first
  const columns = part.columns ?? [...(part.skeleton?.keys() ?? [])].filter((path) => path !== '')
  const text = firstMap(part)
  const lines = [
    `${part.name} is not recognised: it is ${part.look}, and no map takes it.`,
    `  ${part.columns === undefined ? 'Its records stand at' : 'Its columns are'} ${columns.slice(0, 20).join(', ')}${columns.length > 20 ? ', ...' : ''}`,
    ...nearest.map(({ map, missing }) => `  The map ${map} is similar; it also needs ${missing.join(', ')}`),
  ]
  if (writeMap === undefined) {
    lines.push('A first map, to complete and pass as --map FILE (--write-map FILE writes it):', '', text)
  } else {
    await writeFile(resolve(standingAt(), writeMap), text, { flag: 'wx' })
    lines.push(`A first map is written to ${writeMap}: complete it, and give it as --map ${writeMap}`)
  }
  throw new Refused(3, lines.join('\n'))
}

function belongsTo(name: string, file: string): boolean {
  const unpacked = file.replace(/\.(gz|gzip|zst|zstd)$/i, '')
  return [file, unpacked].some((each) => name === each || name.startsWith(`${each}/`) || name.startsWith(`${each}[`))
}

function sharesFile(one: string, other: string, files: readonly NamedFile[]): boolean {
  return files.some((file) => belongsTo(one, file.name) && belongsTo(other, file.name))
}
