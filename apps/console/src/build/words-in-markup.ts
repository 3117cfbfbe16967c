import { parseSync } from 'vite'

/** A node of the syntax tree, of which nothing but its members is known. */
interface SyntaxNode {
  readonly type: string
  readonly [member: string]: unknown
}

const letters = /\p{L}{2,}/u
/** Attributes whose text is read, or said to those who do not see. */
const readAttributes = new Set(['alt', 'aria-label', 'aria-valuetext', 'label', 'placeholder', 'title'])
/** Calls whose texts are read. */
const readCalls = new Set(['counted'])

/**
 * The words in the markup of a module that people read: texts between tags, attributes that are read, and texts of expressions
 * between tags that are no names of something (`'access'`): those with a blank, in templates, and of `counted`.
 */
export function wordsInMarkup(file: string, source: string): readonly string[] {
  const { program } = parseSync(file, source, { lang: 'tsx' })
  const words: string[] = []
  const add = (text: unknown) => {
    if (typeof text === 'string' && letters.test(text)) words.push(text.trim().replaceAll(/\s+/g, ' '))
  }
  const visit = (node: unknown, isShown: boolean): void => {
    if (Array.isArray(node)) for (const one of node) visit(one, isShown)
    if (!isNode(node)) return
    switch (node.type) {
      case 'JSXText':
        add(node.value)
        return
      case 'JSXAttribute': {
        const isRead = readAttributes.has(String((node.name as SyntaxNode).name))
        if (isRead && isNode(node.value) && node.value.type === 'Literal') add(node.value.value)
        else visit(node.value, isRead)
        return
      }
      case 'JSXElement':
      case 'JSXFragment':
        visit([node.openingElement, node.children], true)
        return
      case 'Literal':
        if (isShown && /\s/.test(String(node.value).trim())) add(node.value)
        return
      case 'TemplateLiteral':
        if (isShown) for (const one of node.quasis as SyntaxNode[]) add((one.value as { raw: string }).raw)
        visit(node.expressions, isShown)
        return
      case 'CallExpression': {
        const texts = readCalls.has(String((node.callee as SyntaxNode).name)) ? (node.arguments as SyntaxNode[]) : []
        for (const one of texts) if (one.type === 'Literal') add(one.value)
        // What other calls are given is theirs: names, keys, addresses.
        visit(node.arguments, false)
        visit(node.callee, isShown)
        return
      }
      // Arguments of what is shown elsewhere, and objects such as the search of a link.
      case 'ObjectExpression':
        visit(membersOf(node), false)
        return
      default:
        visit(membersOf(node), isShown && node.type !== 'ArrowFunctionExpression')
    }
  }
  visit(program, false)
  return words
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string'
}

function membersOf(node: SyntaxNode): unknown[] {
  return Object.entries(node).flatMap(([name, value]) => (name === 'type' ? [] : [value]))
}
