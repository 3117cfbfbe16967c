import { expect, test } from 'vitest'
import { shownWords } from '../../apps/console/src/build/shown-words.ts'
import { read, sourcesOf, targetOf } from './modules.ts'

// The texts of the console are in one file for each screen, so that another language needs one more file for each screen.

const source = 'apps/console/src/'

/** Texts in other modules that look like texts for people, each with its real purpose. */
const exceptions: Readonly<Record<string, { readonly why: string; readonly texts: RegExp }>> = {
  'main.tsx': { why: 'said to who builds the page, before there are texts', texts: /^The page has no place/ },
  'screens/bring/byte-words.ts': { why: 'units, the same in every language', texts: /^… [kMG]B$/ },
  'screens/matrix/colours.ts': { why: 'colours of the system', texts: /^\w+$/ },
  'screens/matrix/labels.ts': { why: 'the name of a font', texts: /sans-serif$/ },
  'screens/matrix/shapes.ts': { why: 'colours of the system', texts: /^\w+$/ },
  'shell/drop-anywhere.tsx': { why: 'what browsers call dragged files', texts: /^Files$/ },
  'shell/kept-focus.ts': { why: 'elements of the page, as a selector', texts: /^\[role="grid"\], a\[href\], / },
  'shell/router.tsx': { why: 'names of exports', texts: /^\w+$/ },
  'shell/sign-in-command.ts': { why: 'a command, the same in every language', texts: /^npm run assay -- sign-in$/ },
}

const sources = sourcesOf('apps/console').filter(
  (file) => !/\.(stories|test)\.tsx?$|\/src\/(stories|build)\//.test(file) && !isOfTexts(file),
)

function isOfTexts(file: string): boolean {
  return /[/-]texts(\.[\w-]+)?\.ts$/.test(file)
}

function isException(file: string, words: string): boolean {
  return exceptions[file.slice(source.length)]?.texts.test(words) ?? false
}

test('all texts that people read in the console are in texts.ts files', () => {
  expect(sources.length).toBeGreaterThan(250)
  const faults = sources.flatMap((file) =>
    shownWords(file, read(file))
      .filter((words) => !isException(file, words))
      .map((words) => `${file}: move into texts.ts: ${words}`),
  )
  expect(faults).toEqual([])
})

test('every exception is for an existing text', () => {
  const unused = Object.keys(exceptions).filter((file) => {
    const path = source + file
    return !sources.includes(path) || !shownWords(path, read(path)).some((words) => isException(path, words))
  })
  expect(unused).toEqual([])
})

test('the texts of a screen load with the screen: the first modules of the page import none', () => {
  const seen = new Set<string>()
  const follow = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    for (const specifier of loadedBy(read(file))) {
      const target = targetOf(specifier, file)
      if (target?.startsWith(source) && /\.tsx?$/.test(target)) follow(target)
    }
  }
  follow(`${source}main.tsx`)
  expect(seen.size).toBeGreaterThan(40)
  expect([...seen].filter((file) => isOfTexts(file) && file.includes('/screens/'))).toEqual([])
})

/** The static imports of a module, without type imports. */
function loadedBy(text: string): string[] {
  return [...text.matchAll(/^(?:import|export) (?!type )([^'"]*?) from '(\.[^']+)'|^import '(\.[^']+)'/gm)]
    .filter(([, clause = '']) => !/^\{(\s*type [^,}]+,?)+\s*\}$/.test(clause))
    .map(([, , from, alone]) => from ?? alone ?? '')
}

test.each([
  ['const one = <p>Nobody has it.</p>', ['Nobody has it.']],
  ['const one = <p>{texts.nobody}, {count}</p>', []],
  ['const one = <nav aria-label="Screens" className="tabs wide" />', ['Screens']],
  ['const one = <input placeholder={isNew ? "name" : texts.name} />', ['name']],
  ['const one = <p>{isOld ? "old" : texts.fresh}</p>', ['old']],
  ['const one = <p>{tab === "people" && <People />}</p>', []],
  ['const one = <p>{who || "nobody"}</p>', ['nobody']],
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is what the module has
  ['const one = <p>{`${count} people`}</p>', ['… people']],
  ['function say(count: number) { return `${count} of them hold it.` }', ['… of them hold it.']],
  ['const one = <List height={`min(${rows}px, 32rem)`} />', []],
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is what the module has
  ['const one = counted(count, "person", "people")', ['person', 'people']],
  ['const column = { key: "name", title: "name", width: "minmax(0, 1fr)" }', ['name']],
  ['const column = { cell: ({ isIn }) => (isIn ? "in" : "out") }', ['in', 'out']],
  ['const words = { [State.OPEN]: "open" }', ['open']],
  ['showToast("done")', ['done']],
  ['if (event.key === "Enter") open("all")', []],
  ['switch (key) { case "Home": go() }', []],
  ['const one: "Open" | "Closed" = state', []],
  ['const one = <Link to="/access-profiles" search={{ tab: "why not" }}>{name}</Link>', ['why not']],
])('in %s people read %j', (text, words) => {
  expect(shownWords('one.tsx', text)).toEqual(words)
})
