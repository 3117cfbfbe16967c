import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { read, root } from './modules.ts'

const documents = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]

test('every file and folder that a command of a document names exists', () => {
  const named = documents
    .filter((path) => path.endsWith('.md'))
    .flatMap((document) => [...read(document).matchAll(/```sh\n(.*?)```/gs)].map(([, commands = '']) => commands))
    .flatMap((commands) => commands.split(/\s+/))
    .filter((word) => /^(libs|apps|test|docs|deploy|examples)\/[\w./-]+$/.test(word))
  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([])
})
