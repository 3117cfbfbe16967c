import { expect, test } from 'vitest'
import {
  exportsOf,
  importsOf,
  isForTests,
  manifestOf,
  packageOf,
  packages,
  read,
  readmes,
  sourcesOf,
  targetOf,
} from './modules.ts'

const sources = packages.flatMap(sourcesOf).map((file) => ({ file, imports: importsOf(read(file)) }))

/** Exports that are loaded by computed names, that replace another module, or that are for users of the package. */
const unseen: readonly RegExp[] = [
  // Used by the configuration of the test runner, which is outside of all packages.
  /^test\/(unit-tests\.ts: unitTests|longest-first\.ts: LongestFirst)$/,
  /^libs\/transcoding\/src\/index\.ts: /,
  /^test\/bench\/[\w-]+\.ts: bench$/,
  /\.stories\.tsx: stories$/,
  /^apps\/console\/src\/stories\/story-calls\.ts: /,
]

test('another file imports every export, and another package or a README example imports every export of a package', () => {
  const used = new Set<string>()
  for (const { file, imports } of [...sources, ...readmes.map((file) => ({ file, imports: importsOf(read(file)) }))]) {
    for (const { specifier, names } of imports) {
      const target = targetOf(specifier, file)
      const offersItself = target === `${packageOf(file)}/src/index.ts` && /\.tsx?$/.test(file)
      if (target === undefined || offersItself) continue
      for (const name of names ?? exportsOf(read(target))) used.add(`${target}: ${name}`)
    }
  }
  const all = sources.flatMap(({ file }) => exportsOf(read(file)).map((name) => `${file}: ${name}`))
  expect(all.filter((each) => !used.has(each) && !unseen.some((pattern) => pattern.test(each)))).toEqual([])
})

/** Tools of the root that every test may use. */
const shared = Object.keys(manifestOf('.').devDependencies ?? {})

test.each(packages)('%s declares exactly its imports, those of tests as devDependencies', (path) => {
  const { name, dependencies = {}, devDependencies = {} } = manifestOf(path)
  const imported = { shipped: new Set<string>(), tests: new Set<string>() }
  for (const { file, imports } of sources.filter(({ file }) => packageOf(file) === path)) {
    for (const { specifier } of imports) {
      if (/^(\.|node:)/.test(specifier)) continue
      const dependency = specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/')
      if (dependency !== name) imported[isForTests(file) ? 'tests' : 'shipped'].add(dependency)
    }
  }
  const isDeclared = (dependency: string) => dependency in devDependencies
  expect({
    dependencies: Object.keys(dependencies).toSorted(),
    devDependencies: Object.keys(devDependencies)
      .filter((each) => !each.startsWith('@types/'))
      .toSorted(),
  }).toEqual({
    dependencies: [...imported.shipped].toSorted(),
    devDependencies: [...imported.tests]
      .filter((each) => !imported.shipped.has(each) && (isDeclared(each) || !shared.includes(each)))
      .toSorted(),
  })
})
