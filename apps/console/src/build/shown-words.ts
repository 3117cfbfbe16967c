import { parseSync } from 'vite'

/** A node of the syntax tree; only the names of its members are known. */
interface SyntaxNode {
  readonly type: string
  readonly [member: string]: unknown
}

/** Attributes and members whose texts people read or hear. */
const readNames = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-roledescription',
  'aria-valuetext',
  'caption',
  'label',
  'legend',
  'placeholder',
  'title',
])
/** Calls whose texts people read. */
const readCalls = new Set(['counted', 'showToast'])
/** Attributes whose values people do not read. */
const unreadNames = new Set(['className', 'style'])

const letters = /\p{L}{2,}/u
/** A word between blanks or punctuation, as in a sentence; not a part of a length or an id. */
const wordOfSentence = /(^|\s)\p{L}{2,}(?=[\s.,:;!?…”]|$)/u
const capitalised = /^\p{Lu}\p{Ll}+/u

/**
 * The words of a module that people read: texts between tags, attributes and members that are read or heard, the values that these have
 * under a condition, and any text that has the form of a sentence or begins with a capital. Names of keys, of colours of the
 * system and of a module's exports have that form too; texts in comparisons are left out.
 */
export function shownWords(file: string, source: string): readonly string[] {
  const { program } = parseSync(file, source, { lang: file.endsWith('x') ? 'tsx' : 'ts' })
  const words: string[] = []
  const add = (text: string) => words.push(text.trim().replaceAll(/\s+/g, ' '))
  /** @param isShown people read the value of the expression */
  const visit = (node: unknown, isShown: boolean): void => {
    if (Array.isArray(node)) for (const one of node) visit(one, isShown)
    if (!isNode(node) || isType(node)) return
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ImportExpression':
        return
      case 'SwitchCase':
        visit(node.consequent, false)
        return
      case 'JSXText':
        if (letters.test(String(node.value))) add(String(node.value))
        return
      case 'JSXAttribute':
        visitAttribute(node)
        return
      case 'JSXElement':
      case 'JSXFragment':
        visit(node.openingElement, false)
        visit(node.children, true)
        return
      case 'Literal':
        if (typeof node.value === 'string' && (isShown ? letters.test(node.value) : isSentence(node.value)))
          add(node.value)
        return
      case 'TemplateLiteral': {
        const parts = (node.quasis as SyntaxNode[]).map((one) => (one.value as { raw: string }).raw)
        const isRead = isShown ? parts.some((part) => letters.test(part)) : isSentence(parts.join('§'))
        if (isRead) add(parts.join('…'))
        visit(node.expressions, isShown)
        return
      }
      case 'ConditionalExpression':
        visit(node.test, false)
        visit([node.consequent, node.alternate], isShown)
        return
      case 'LogicalExpression':
        visit(node.left, isShown && node.operator !== '&&')
        visit(node.right, isShown)
        return
      case 'BinaryExpression':
        if (node.operator === '+') visit([node.left, node.right], isShown)
        else for (const side of [node.left, node.right]) if ((side as SyntaxNode).type !== 'Literal') visit(side, false)
        return
      case 'CallExpression':
        visit(node.callee, false)
        visit(node.arguments, readCalls.has(String((node.callee as SyntaxNode).name)))
        return
      case 'Property':
        visit(node.value, isReadMember(node))
        return
      case 'ArrowFunctionExpression':
        // A function of one expression that draws a cell of a list or of a table.
        visit(node.body, isShown && node.expression === true)
        return
      case 'MemberExpression':
        visit(node.object, false)
        return
      case 'JSXExpressionContainer':
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
        visit(node.expression, isShown)
        return
      default:
        visit(membersOf(node), false)
    }
  }
  const visitAttribute = ({ name, value }: SyntaxNode) => {
    if (unreadNames.has(nameOf(name))) return
    const isRead = readNames.has(nameOf(name))
    // Literal values of other attributes are not read by people: classes, roles, addresses.
    if (isNode(value) && (isRead || value.type !== 'Literal')) visit(value, isRead)
  }
  visit(program, false)
  return words
}

function isSentence(text: string): boolean {
  return capitalised.test(text) || (/\s/.test(text) && wordOfSentence.test(text))
}

/** A title, a function that draws a cell, or words by the values of an enumeration: `[State.OPEN]: 'open'`. */
function isReadMember({ key, value, computed }: SyntaxNode): boolean {
  if (!isNode(key) || !isNode(value) || value.type === 'ObjectExpression') return false
  return computed === true ? key.type === 'MemberExpression' : readNames.has(nameOf(key)) || nameOf(key) === 'cell'
}

function nameOf(node: unknown): string {
  if (!isNode(node)) return ''
  return String(node.type === 'Literal' ? node.value : typeof node.name === 'string' ? node.name : '')
}

/** Whether a node is only a type. People read no types, but they may read the expression that has a type. */
function isType({ type }: SyntaxNode): boolean {
  return type.startsWith('TS') && !['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'].includes(type)
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string'
}

function membersOf(node: SyntaxNode): unknown[] {
  return Object.entries(node).flatMap(([name, value]) => (name === 'type' ? [] : [value]))
}
