import { parseAst } from 'vitest/node'

/** A function of a source, with the lines that are its own: those of functions inside of it count for these. */
interface SizedFunction {
  readonly name: string
  readonly line: number
  readonly ownLines: number
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [member: string]: unknown
}

/** Every function of a module, those inside of others after them. */
export function functionsOf(text: string, isTsx = false): SizedFunction[] {
  const lineAt = lineFinder(text)
  const found: SizedFunction[] = []
  /** Answers the lines of the functions directly within the node. */
  const visit = (node: Node, name: string): number => {
    const isFunction = /Function/.test(node.type) && isNode(node.body)
    const place = found.length
    const own = nameOf(node) ?? name
    if (isFunction) found.push({ name: own, line: lineAt(node.start), ownLines: 0 })
    let inside = 0
    for (const child of Object.values(node).flat()) if (isNode(child)) inside += visit(child, own)
    const lines = lineAt(node.end) - lineAt(node.start) + 1
    if (!isFunction) return inside
    // What stands on one line is no reason to take a line from the function around it.
    found[place] = { name: own, line: lineAt(node.start), ownLines: lines - inside }
    return lines > 1 ? lines : 0
  }
  visit(parseAst(text, { lang: isTsx ? 'tsx' : 'ts' }) as unknown as Node, '')
  return found
}

function nameOf(node: Node): string | undefined {
  const named = node.id ?? node.key
  return isNode(named) && typeof named.name === 'string' ? named.name : undefined
}

function lineFinder(text: string): (at: number) => number {
  const ends: number[] = []
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at)
  return (at) => {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (ends[middle]! < at) low = middle + 1
      else high = middle
    }
    return low + 1
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}
