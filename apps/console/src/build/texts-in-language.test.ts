import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, type Rolldown } from 'vite'
import { expect, test } from 'vitest'
import type { Translated } from '../kit/translated.ts'
import type { texts as english } from '../screens/drafts/texts.ts'
import { textsInLanguage } from './texts-in-language.ts'

test('a build in another language takes the texts that it has, and English ones for the rest', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'texts-'))
  const files = {
    'main.ts':
      "import { language } from './kit/language.ts'\nimport { texts } from './texts.ts'\nimport { texts as more } from './more-texts.ts'\nconsole.log(language, texts.title, texts.count, more.title)",
    'texts.ts': "export const texts = { title: 'Matrix of access', count: 'five people' }",
    'texts.de.ts':
      "import { texts as english } from './texts.ts'\nexport const texts = { ...english, title: 'Zugriffsmatrix' }",
    'more-texts.ts': "export const texts = { title: 'only in English' }",
    'kit/language.ts': "export const language = 'en'",
    'kit/language.de.ts': "export const language = 'de'",
    'index.html': '<!doctype html><html lang="en"><script type="module" src="./main.ts"></script></html>',
  }
  await mkdir(join(folder, 'kit'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  try {
    const built = await build({
      configFile: false,
      root: folder,
      logLevel: 'silent',
      plugins: [textsInLanguage('de')],
      build: { write: false, minify: false },
    })
    const { output } = built as Rolldown.RolldownOutput
    const text = output.map((one) => (one.type === 'chunk' ? one.code : String(one.source))).join('\n')
    for (const shown of ['"de"', 'Zugriffsmatrix', 'five people', 'only in English', '<html lang="de">'])
      expect(text).toContain(shown)
    expect(text).not.toContain('"en"')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a language without any texts is refused with the file to write', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'texts-'))
  await writeFile(join(folder, 'texts.ts'), "export const texts = { title: 'Matrix of access' }")
  await writeFile(join(folder, 'main.ts'), "import { texts } from './texts.ts'\nconsole.log(texts.title)")
  await writeFile(join(folder, 'index.html'), '<!doctype html><script type="module" src="./main.ts"></script>')
  const builtIn = (language: string) =>
    build({
      configFile: false,
      root: folder,
      logLevel: 'silent',
      plugins: [textsInLanguage(language)],
      build: { write: false },
    })
  try {
    await expect(builtIn('fr')).rejects.toThrow('There are no texts in "fr": write texts.fr.ts beside a texts.ts')
    await expect(builtIn('en')).resolves.toBeDefined()
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the type of a translation has every member of the English texts, sentences with their values', () => {
  const german: Translated<typeof english> = {
    title: 'Entwürfe',
    none: 'Es gibt keinen Entwurf.',
    toCandidates: 'Zu den Kandidaten',
    draft: 'Entwurf',
    changedBy: 'Geändert von',
    changed: 'Geändert',
    saved: (names) => `Gespeichert: ${names.join(', ')}.`,
    deleted: (count) => (count === 1 ? 'Der Entwurf ist gelöscht.' : 'Die Entwürfe sind gelöscht.'),
    deletedOne: (name) => `Der Entwurf „${name}“ ist gelöscht.`,
  }
  expect(german.deleted(2)).toBe('Die Entwürfe sind gelöscht.')
})
