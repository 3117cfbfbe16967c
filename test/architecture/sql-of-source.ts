import { parseAst } from 'vitest/node'

/** SQL in a source, with the line where it begins. */
interface SourceSql {
  readonly line: number
  readonly text: string
}

interface Node {
  readonly type: string
  readonly start: number
}

interface Literal extends Node {
  readonly value: unknown
}

interface Template extends Node {
  readonly quasis: readonly { readonly value: { readonly raw: string; readonly cooked: string | null } }[]
  readonly expressions: readonly Node[]
}

/** The beginnings of statements. */
const statement =
  /^\s*(select|insert\s+into|update|delete\s+from|merge\s+into|with|copy|truncate|lock|create|alter|drop)\s/i
/** The placeholder in the text for a value that the program inserts. It is not a name, and it separates names. */
const hole = ' ? '

/**
 * The SQL of a TypeScript source: the text of every tagged template (but `String.raw`), what `unsafe` is called with
 * (a hole where that is no literal), and every other text that begins as a statement does. Names that a program puts in by `sql('name')` stand in it.
 */
export function sqlOfSource(code: string): SourceSql[] {
  const tagged = new Set<string>()
  const found: SourceSql[] = []
  const isTaken = new Set<Node>()
  const take = (node: Node, text = textOf(node)) => {
    if (text === undefined || isTaken.has(node)) return
    isTaken.add(node)
    found.push({ line: code.slice(0, node.start).split('\n').length, text })
  }
  const visit = (node: Node) => {
    if (node.type === 'TaggedTemplateExpression') {
      const { tag, quasi } = node as Node & { tag: Node; quasi: Node }
      const name = code.slice(tag.start, (tag as Node & { end: number }).end)
      if (name === 'String.raw') isTaken.add(quasi)
      else {
        tagged.add(name)
        take(quasi)
      }
    } else if (node.type === 'CallExpression') {
      const { callee, arguments: given } = node as Node & { callee: Node; arguments: readonly Node[] }
      const name = code.slice(callee.start, (callee as Node & { end: number }).end)
      const [first] = given
      if (first !== undefined && /\bunsafe$/.test(name)) take(first, textOf(first) ?? hole)
      else if (/(^|\.)(sql|scoped|transaction)$/.test(name) || tagged.has(name)) for (const each of given) take(each)
    } else if (statement.test(textOf(node) ?? '')) {
      take(node)
    }
    for (const child of Object.values(node)) {
      if (Array.isArray(child)) child.filter(isNode).forEach(visit)
      else if (isNode(child)) visit(child)
    }
  }
  visit(parseAst(code, { lang: 'ts' }) as unknown as Node)
  return found
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

function textOf(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof (node as Literal).value === 'string') return (node as Literal).value as string
  if (node.type !== 'TemplateLiteral') return undefined
  const { quasis } = node as Template
  return quasis.map(({ value }) => value.cooked ?? value.raw).join(hole)
}
