/** The largest count that RE2 accepts; the compiler refuses larger ones. */
const largestCount = 1000

/** A Unicode class has hundreds of ranges, which take as long to compile as some instructions. */
const unicodeClass = 20

/** When case is ignored, a class is compiled code point by code point between these two, unless it contains both. */
const [firstFolded, lastFolded] = [0x41, 0x1e943]
/** The number of these code points that take as long as one instruction. */
const foldedTogether = 64

/**
 * The approximate number of instructions of a compiled pattern, in one pass over its text and without building anything: `a{1000}` counts
 * as 1000. It is never far too low, so that a short pattern cannot make the compiler work for seconds.
 */
export function expandedSize(source: string): number {
  /** The sizes of the open groups: the innermost, and the others from the outermost inwards. */
  let group = 0
  const around: number[] = []
  /** The size of the last atom, which a repetition multiplies. */
  let atom = 0
  const add = (size: number): void => {
    group += size
    atom = size
  }
  /** Counted separately, since repeating a class does not compile it again. */
  let folded = 0
  const ignoresCase = /\(\?[a-zA-Z-]*i/u.test(source)
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at, at + 12)
    const counts = /^\{(\d+)(?:,(\d*))?\}/u.exec(rest)
    if (counts !== null) {
      const times = Math.min(largestCount, Math.max(Number(counts[1]), Number(counts[2] ?? 0)) + 1)
      group += atom * (times - 1)
      atom *= times
      at += counts[0].length
    } else if (rest.startsWith('\\Q')) {
      const end = source.indexOf('\\E', at)
      const quoted = (end < 0 ? source.length : end) - at
      add(quoted)
      at += quoted + 2
    } else if (source[at] === '\\') {
      add(/^\\[pP]/u.test(rest) ? unicodeClass : 1)
      at += 2
    } else if (source[at] === '[') {
      const end = endOfClass(source, at)
      const content = source.slice(at, end)
      add(1 + unicodeClass * (content.match(/\\[pP]/gu)?.length ?? 0))
      if (ignoresCase) folded += foldedSize(content)
      at = end
    } else if (source[at] === '(') {
      around.push(group)
      group = 2
      at++
    } else if (source[at] === ')' && around.length > 0) {
      const size = group
      group = around.pop() ?? 0
      add(size)
      at++
    } else {
      add(1)
      at++
    }
  }
  return around.reduce((sum, size) => sum + size, group + folded)
}

function foldedSize(content: string): number {
  const ranges = content.matchAll(/(\\x\{[\da-f]+\}|\\x[\da-f]{2}|[^\\])-(\\x\{[\da-f]+\}|\\x[\da-f]{2}|[^\\\]])/giu)
  return ranges.reduce((size, [, first = '', last = '']) => {
    const [from, to] = [codePointOf(first), codePointOf(last)]
    if (from <= firstFolded && to >= lastFolded) return size
    return size + Math.max(0, Math.min(to, lastFolded) - Math.max(from, firstFolded)) / foldedTogether
  }, 0)
}

function codePointOf(written: string): number {
  return written.startsWith('\\')
    ? Number.parseInt(written.replaceAll(/\W|x/giu, ''), 16)
    : (written.codePointAt(0) ?? 0)
}

function endOfClass(source: string, start: number): number {
  let at = start + 1
  if (source[at] === '^') at++
  // A closing bracket at the very beginning is a literal.
  if (source[at] === ']') at++
  while (at < source.length && source[at] !== ']') {
    if (source[at] === '\\') at += 2
    else if (source.startsWith('[:', at)) at = Math.max(at + 1, source.indexOf(':]', at) + 2)
    else at++
  }
  return at + 1
}
