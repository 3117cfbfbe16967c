import { parseAst } from 'vitest/node'

/** One small change of a module that its tests should notice. */
export interface Mutant {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

const operators: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&&': '||',
  '||': '&&',
  '??': '&&',
}

/** The changes of a TypeScript module, in the order of their places. Types, imports and texts stay as they are. */
export function mutantsOf(text: string, isTsx = false): Mutant[] {
  const found: Mutant[] = []
  const add = ({ start, end }: Pick<Node, 'start' | 'end'>, replacement: string) =>
    found.push({ start, end, replacement })
  const visit = (node: Node): void => {
    if (
      /^(TS(?!NonNull|As|Satisfies)|Import|Export(All|Named)Declaration$)/.test(node.type) &&
      !('declaration' in node)
    )
      return
    switch (node.type) {
      case 'BinaryExpression':
      case 'LogicalExpression': {
        const place = operatorOf(node, text)
        const other = operators[String(node.operator)]
        if (place !== undefined && other !== undefined) add(place, other)
        break
      }
      case 'IfStatement':
      case 'ConditionalExpression':
        add(node.test as Node, 'true')
        add(node.test as Node, 'false')
        break
      case 'UnaryExpression':
        if (node.operator === '!') add({ start: node.start, end: node.start + 1 }, '')
        break
      case 'Literal':
        if (typeof node.value === 'number') add(node, `(${text.slice(node.start, node.end)} + 1)`)
        if (typeof node.value === 'boolean') add(node, String(!node.value))
        break
      case 'ExpressionStatement':
        add(node, ';')
        break
    }
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child)
  }
  visit(parseAst(text, { lang: isTsx ? 'tsx' : 'ts' }) as unknown as Node)
  return found.sort((a, b) => a.start - b.start || a.end - b.end)
}

export function mutated(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/** The place of the operator between its operands, where parentheses may be too. */
function operatorOf(node: Node, text: string): Pick<Node, 'start' | 'end'> | undefined {
  const operator = String(node.operator)
  const from = (node.left as Node).end
  const start = text.indexOf(operator, from)
  return start < 0 || start >= (node.right as Node).start ? undefined : { start, end: start + operator.length }
}
