import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'

/** The modules of this repository as text. Biome writes every import and export in one form, so patterns read them. */

export const root = join(import.meta.dirname, '../..')

interface Manifest {
  readonly name?: string
  readonly exports?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** Folders with a package.json, without the root. */
export const packages: readonly string[] = [...foldersIn('libs'), ...foldersIn('apps'), 'test']

export function manifestOf(packagePath: string): Manifest {
  return JSON.parse(read(join(packagePath, 'package.json'))) as Manifest
}

/** The packages that run in an installation. */
export const shipped: readonly string[] = packages.filter((path) => path !== 'test')

/** The text of a file by its path from the root. */
export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

/** Every module that the shipped sources of a package import (without tests and benchmarks, which may import anything). */
export function importsOfShipped(packagePath: string): { file: string; specifier: string }[] {
  return sourcesOf(packagePath)
    .filter((file) => !isForTests(file))
    .flatMap((file) => importsOf(read(file)).map(({ specifier }) => ({ file, specifier })))
}

/** The room of a package of ours. */
export function roomOf(specifier: string): string | undefined {
  return /^@assay\/([^/]+)/.exec(specifier)?.[1]
}

export function packageOf(file: string): string | undefined {
  return packages.find((path) => file.startsWith(`${path}/`))
}

/** The READMEs, whose examples are compiled by tests. */
export const readmes: readonly string[] = ['.', ...packages]
  .map((path) => join(path, 'README.md'))
  .filter((file) => existsSync(join(root, file)))

function foldersIn(path: string): string[] {
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${path}/${name}`)
}

/** TypeScript that is not generated, by the path from the root. */
export function sourcesOf(packagePath: string): string[] {
  return readdirSync(join(root, packagePath), { recursive: true, encoding: 'utf8' })
    .filter(
      (file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts') && !/(^|\/)(node_modules|dist|generated)\//.test(file),
    )
    .map((file) => `${packagePath}/${file}`)
}

/** Whether a file runs in tests, benchmarks and builds only. */
export function isForTests(file: string): boolean {
  return /^test\/|\.test\.ts$|(^|\/)(testing|conformance\/)/.test(file) || !/^\w+\/[\w-]+\/src\//.test(file)
}

interface Import {
  readonly specifier: string
  /** The imported names, as the other module exports them; undefined means all names. */
  readonly names: readonly string[] | undefined
}

const fromStatement =
  /^(?:import|export)\s+(?:type\s+)?((?:[\w$]+\s*,\s*)?\{[^}]*\}|[\w$]+|\*(?:\s+as\s+[\w$]+)?)\s+from\s+'([^']+)'/gm
const elsewhere =
  /\bimport\(\s*'([^']+)'|^import\s+'([^']+)'|new URL\(\s*'([^']+\.ts)'|(?:import\.meta\.url\)|\brequire)\.resolve\('([^']+)'\)/gm

export function importsOf(text: string): Import[] {
  const statements = [...text.matchAll(fromStatement)].map(([, clause = '', specifier = '']) => ({
    specifier,
    names: clause.includes('*') ? undefined : importedNames(clause),
  }))
  const whole = [...text.matchAll(elsewhere)].map((match) => ({ specifier: match.slice(1).join(''), names: undefined }))
  return [...statements, ...whole]
}

function importedNames(clause: string): string[] {
  const [, byDefault, list] = /^([\w$]+)?[\s,]*(?:\{([^}]*)\})?$/.exec(clause) ?? []
  return [...(byDefault ? ['default'] : []), ...namesIn(list ?? '').map(([theirs]) => theirs)]
}

/** `type A as B, C` is [A, B], [C, C]. */
function namesIn(list: string): [string, string][] {
  return list
    .replaceAll(/\/\/.*$/gm, '')
    .split(',')
    .map((entry) =>
      entry
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/),
    )
    .filter(([name]) => name)
    .map(([name = '', as = name]) => [name, as])
}

const declaration =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|const|let|interface|type|enum) ([\w$]+)/gm
const destructured = /^export const [{[]([^=]*)[}\]] =/gm
const list = /^export (?:type )?\{([^}]*)\}/gm

export function exportsOf(text: string): string[] {
  return [
    ...[...text.matchAll(declaration)].map(([, name = '']) => name),
    ...[...text.matchAll(destructured)].flatMap(([, names = '']) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    ),
    ...[...text.matchAll(list)].flatMap(([, names = '']) => namesIn(names).map(([, as]) => as)),
  ]
}

/** The file of this repository that an import refers to; undefined for an external package. */
export function targetOf(specifier: string, from: string): string | undefined {
  if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier))
  const [, room, rest] = /^@assay\/([\w-]+)(.*)$/.exec(specifier) ?? []
  const path = packages.find((each) => each === `libs/${room}`)
  if (path === undefined) return undefined
  const entry = manifestOf(path).exports?.[`.${rest}`]
  return entry === undefined ? undefined : relative('.', join(path, entry))
}
