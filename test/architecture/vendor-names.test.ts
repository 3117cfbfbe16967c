import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { textsOf, wordsOf } from './source-words.ts'

const root = join(import.meta.dirname, '../..')

/** Where vendors may be named: their objects, their contracts, files for their products, and the two services that implement their APIs. */
const homes = ['libs/dialects', 'libs/contracts', 'libs/targets', 'apps/mining', 'apps/iai-sessions']

const vendors = /conductorone|sailpoint/
const vendorWords: ReadonlySet<string> = new Set(['c1', 'iai', 'catalog', 'catalogs'])

interface Exception {
  readonly files: readonly string[]
  readonly text: RegExp
  readonly reason: string
}

/** The exceptions, at most ten. Remove an exception that its file does not need any more. */
const exceptions: readonly Exception[] = [
  {
    files: ['cel-from-filters', 'rule-facts', 'rule-functions', 'user-functions'].map(
      (name) => `libs/profiles/src/${name}.ts`,
    ),
    text: /^['`]c1\.(user|directory)\./,
    reason:
      'Functions of the language of membership rules, in which customers have written their rules; it has no other names.',
  },
  {
    files: ['libs/profiles/src/rule-functions.ts'],
    text: /^'ConductorOne offers it in policies only'$/,
    reason: 'Told to the writer of such a rule, of a function that the language has elsewhere.',
  },
  {
    files: ['apps/gateway/src/config.ts', 'apps/assay/src/platform.ts', 'libs/server/src/variables.ts'],
    text: /^'?ASSAY_(IAI_SESSIONS_URL|SAILPOINT_RATE_LIMIT)'?$/,
    reason:
      'Variables that installations set: the session service is the app of that name, the limit is that of the API.',
  },
  {
    files: [
      'apps/gateway/src/server.ts',
      'apps/assay/src/connections/connection-budget.ts',
      'apps/assay/src/platform.ts',
      'apps/assay/src/processes.ts',
      'apps/assay/src/serving-flags.ts',
    ],
    text: /^'iai-sessions(\/src\/main\.ts)?'$/,
    reason: 'The name of the session service in readiness, logs and folders.',
  },
  {
    files: ['demo', 'export', 'mine', 'suggestions'].map((name) => `apps/assay/src/commands/${name}.ts`),
    text: /^'@assay\/contracts\/c1\//,
    reason: 'The command line is a client of that API, and speaks it like any other client.',
  },
  {
    files: ['apps/assay/src/commands/demo.ts'],
    text: /^(createdCatalogId|'c1\.api\.[\w.]+\/ListSuggestions'|"The potential roles that SailPoint's API shows .*")$/,
    reason: 'The demonstration shows a call of each API to a person, by the names of the API.',
  },
  {
    files: [
      'row',
      'bytes/unpack',
      'read/c1z',
      'read/connector-messages',
      'read/part',
      'recognise/binary-look',
      'recognise/parts',
    ].map((name) => `libs/sources/src/${name}.ts`),
    text: /c1z|C1Z|C1[Z3F]+\\0|c1\.connector\.v2/,
    reason: 'A format of files and the names of the messages in it: recognised by its bytes, told by its name.',
  },
]

const packages = ['libs', 'apps']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  .filter((path) => !homes.includes(path))

interface Naming {
  readonly file: string
  readonly line: number
  readonly text: string
}

/** Tests may name vendors, because they send vendors' inputs. */
function vendorNames(path: string): readonly Naming[] {
  return readdirSync(join(root, path, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|(^|\/)(testing|conformance\/|generated\/)/.test(file))
    .flatMap((file) => {
      const name = `${path}/src/${file}`
      return textsOf(readFileSync(join(root, name), 'utf8')).map((found) => ({ file: name, ...found }))
    })
    .filter(({ text }) => namesVendor(text))
}

function namesVendor(text: string): boolean {
  return (
    vendors.test(text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')) || wordsOf(text).some((word) => vendorWords.has(word))
  )
}

const namings = packages.flatMap(vendorNames)
const allows = ({ files, text }: Exception, naming: Naming) => files.includes(naming.file) && text.test(naming.text)

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are sources
test.each([
  ["const isC1 = '' // no", true],
  ['`${a ? `x${b}` : 2}/SailPoint`', true],
  ['const share = a / b // sailpoint / 2', false],
  ["/* c1 */ const abc1 = 'c12'", false],
  ['const createdCatalogId = 1', true],
  ['x.match(/conductor-one/)', true],
  ['#iai = {}', true],
  ['`${ { a: 1 } }` + /"/.source + "c1"', true],
  ["const catalogue = 'sail'", false],
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are sources
])('the source %j names a vendor: %s', (source, expected) => {
  expect(textsOf(source).some(({ text }) => namesVendor(text))).toBe(expected)
})

test.each(packages)('%s names no vendor', (path) => {
  const own = namings.filter(({ file }) => file.startsWith(`${path}/`))
  expect(own.filter((naming) => !exceptions.some((exception) => allows(exception, naming)))).toEqual([])
})

test('there are at most ten exceptions, and each is needed and has a reason', () => {
  expect(exceptions.length).toBeLessThanOrEqual(10)
  for (const { files, text, reason } of exceptions) {
    for (const file of files)
      expect(
        namings.some((naming) => naming.file === file && text.test(naming.text)),
        `${file} ${text}`,
      ).toBe(true)
    expect(reason.length, String(text)).toBeGreaterThan(20)
  }
})
