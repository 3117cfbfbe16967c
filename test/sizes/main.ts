import { isForTests, read, shipped, sourcesOf } from '../architecture/modules.ts'
import { functionsOf } from './long-code.ts'
import { reasons } from './reasons.ts'

// npm run sizes: files of more than 250 lines and functions of more than 60 lines of their own, with a reason each.
const mostLines = 250
const mostOwnLines = 60

const sources = shipped.flatMap(sourcesOf).filter((file) => !isForTests(file))
const files: Long[] = []
const functions: Long[] = []
for (const file of sources) {
  const text = read(file)
  const lines = text.split('\n').length - 1
  if (lines > mostLines) files.push({ file, name: file, lines })
  for (const { name, line, ownLines } of functionsOf(text, file.endsWith('.tsx'))) {
    if (ownLines > mostOwnLines) functions.push({ file, name: `${file}:${line} ${name}`, lines: ownLines })
  }
}
print(`Files of more than ${mostLines} lines, of ${sources.length}`, files)
print(`Functions of more than ${mostOwnLines} lines, without those of functions inside of them`, functions)
const long = [...files, ...functions]
const needless = reasons.filter(([path]) => !long.some(({ file }) => path.test(file)))
for (const [path, reason] of needless)
  console.log(`Nothing is long any more for which this is the reason: ${path} ${reason}`)

interface Long {
  readonly file: string
  readonly name: string
  readonly lines: number
}

function print(title: string, list: readonly Long[]): void {
  console.log(`${title}: ${list.length}\n`)
  for (const { file, name, lines } of list.toSorted((a, b) => b.lines - a.lines)) {
    const [, reason = 'NO REASON: cut it, or say why in test/sizes/reasons.ts'] =
      reasons.find(([path]) => path.test(file)) ?? []
    console.log(`${String(lines).padStart(5)}  ${name}  (${reason})`)
  }
  console.log()
}
