import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isForTests, packageOf, root, sourcesOf } from '../architecture/modules.ts'
import { mulberry32 } from '../bench/support/access-files.ts'
import { coveringTests } from './covering-tests.ts'
import { type Mutant, mutantsOf, mutated } from './mutants.ts'

// npm run mutate -- libs/auth/src/turns.ts                       lists changes of the file that no test of its package notices
// npm run mutate -- libs/auth/src/turns.ts --most 10             ten of them, spread over the file
// npm run mutate -- libs/role-model --seed 1                     thirty random changes in a folder; the same seed selects the same changes
// npm run mutate -- libs/auth/src/turns.ts libs/auth/src/turns.test.ts   runs only these tests
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { most: { type: 'string', default: '30' }, seconds: { type: 'string' }, seed: { type: 'string' } },
})
const paths = positionals.map((path) => relative(root, resolve(path)))
const tests = paths.filter((path) => path.endsWith('.test.ts'))
const files = paths.filter((path) => !path.endsWith('.test.ts')).flatMap(filesAt)
const most = Number(values.most)
if (files.length === 0 || !(Number.isInteger(most) && most > 0)) {
  console.error(
    'Name TypeScript files or folders, and tests if not all of their packages that import them: npm run mutate -- FILE',
  )
  process.exit(2)
}

interface Change extends Mutant {
  readonly file: string
}

let restore = () => {}
process.on('exit', () => restore())
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

const all = files.flatMap((file): Change[] =>
  mutantsOf(textOf(file), file.endsWith('.tsx')).map((mutant) => ({ file, ...mutant })),
)
const chosen = values.seed === undefined ? spread(all) : drawn(all, mulberry32(Number(values.seed)))
const start = performance.now()
// For the unchanged sources, all tests together take longer than those of one file.
const unchanged = new Set(chosen.flatMap(({ file }) => testsOf(file).flat()))
if (unchanged.size === 0 || !(await testsPass([...unchanged], undefined))) {
  console.error('The tests fail already, or there are none: mutants would tell nothing')
  process.exit(2)
}
const seconds = Number(values.seconds ?? 30 + (4 * (performance.now() - start)) / 1000)

let caught = 0
let late = 0
for (const change of chosen) {
  const original = textOf(change.file)
  restore = () => writeFileSync(join(root, change.file), original)
  writeFileSync(join(root, change.file), mutated(original, change))
  if (await survives(change.file)) console.log(`survives  ${wordsOf(change, original)}`)
  else caught++
  restore()
}
const unended = late === 0 ? '' : `, ${late} of them because the tests did not end`
console.log(
  `${positionals.join(' ')}: ${caught} of ${chosen.length} mutants caught${unended} (${all.length} there are)`,
)
process.exitCode = caught === chosen.length ? 0 : 1

async function survives(file: string): Promise<boolean> {
  for (const group of testsOf(file)) if (!(await testsPass(group, seconds))) return false
  return true
}

function testsOf(file: string): string[][] {
  return tests.length > 0 ? [tests] : coveringTests(file)
}

/** Whether the tests pass. A mutant whose tests do not end within the limit counts as caught. */
async function testsPass(group: readonly string[], limit: number | undefined): Promise<boolean> {
  // With one worker, each module is imported only once, which takes the least work.
  const args = ['run', ...group, '--bail', '1', '--reporter', 'dot', '--passWithNoTests', 'false', '--maxWorkers', '1']
  const child = spawn(join(root, 'node_modules/.bin/vitest'), args, { cwd: root, stdio: 'ignore', detached: true })
  const end = () => {
    late++
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
  const timer = limit === undefined ? undefined : setTimeout(end, limit * 1000)
  const [code] = await once(child, 'exit')
  clearTimeout(timer)
  return code === 0
}

/** The file, or the sources in the folder without tests. */
function filesAt(path: string): string[] {
  if (statSync(join(root, path)).isFile()) return /\.tsx?$/.test(path) ? [path] : []
  return sourcesOf(packageOf(`${path}/`) ?? path)
    .filter((file) => file.startsWith(`${path}/`) && !isForTests(file) && !file.endsWith('.stories.tsx'))
    .sort()
}

function spread(list: readonly Change[]): Change[] {
  const step = Math.max(1, list.length / most)
  return Array.from({ length: Math.min(most, list.length) }, (_, at) => list[Math.floor(at * step)]!)
}

function drawn(list: readonly Change[], random: () => number): Change[] {
  const left = [...list]
  return Array.from({ length: Math.min(most, list.length) }, () => {
    const [one] = left.splice(Math.floor(random() * left.length), 1)
    return one!
  })
}

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

function wordsOf({ file, start, end, replacement }: Change, original: string): string {
  const line = original.slice(0, start).split('\n').length
  return `${file}:${line}  ${original.slice(start, end).replaceAll(/\s+/g, ' ')} -> ${replacement || 'nothing'}`
}
