import { SyntaxKind } from 'typescript/unstable/ast'
import { createScanner } from 'typescript/unstable/ast/scanner'

/** An identifier, a string, a part of a template or a regular expression of a source, as it is written. */
interface SourceText {
  readonly text: string
  readonly line: number
}

/** Everything in a TypeScript source that is neither comment nor keyword nor punctuation. */
export function textsOf(source: string): readonly SourceText[] {
  const scanner = createScanner(true, undefined, source)
  const texts: SourceText[] = []
  /** The number of open braces in each template that is being read. */
  const templates: number[] = []
  let [line, counted] = [1, 0]
  let isAfterOperand = false
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFile; kind = scanner.scan()) {
    const open = templates.at(-1)
    if (kind === SyntaxKind.OpenBraceToken && open !== undefined) templates[templates.length - 1] = open + 1
    if (kind === SyntaxKind.CloseBraceToken && open !== undefined) {
      if (open === 0) {
        kind = scanner.reScanTemplateToken(false)
        if (kind === SyntaxKind.TemplateTail) templates.pop()
      } else templates[templates.length - 1] = open - 1
    }
    if (kind === SyntaxKind.TemplateHead) templates.push(0)
    const isSlash = kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken
    if (isSlash && !isAfterOperand) kind = scanner.reScanSlashToken()
    isAfterOperand = operands.has(kind)
    if (!named.has(kind)) continue
    for (; counted < scanner.getTokenStart(); counted++) if (source[counted] === '\n') line++
    texts.push({ text: scanner.getTokenText(), line })
  }
  return texts
}

const named: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.Identifier,
  SyntaxKind.PrivateIdentifier,
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateHead,
  SyntaxKind.TemplateMiddle,
  SyntaxKind.TemplateTail,
  SyntaxKind.RegularExpressionLiteral,
])

/** After one of these a slash divides; after anything else it begins a regular expression. */
const operands: ReadonlySet<SyntaxKind> = new Set(
  [
    ...named,
    SyntaxKind.NumericLiteral,
    SyntaxKind.BigIntLiteral,
    SyntaxKind.CloseParenToken,
    SyntaxKind.CloseBracketToken,
    SyntaxKind.ThisKeyword,
    SyntaxKind.SuperKeyword,
  ].filter((kind) => kind !== SyntaxKind.TemplateHead && kind !== SyntaxKind.TemplateMiddle),
)

/** The words of an identifier or a text, in lower case: `faultOfC1Secret` has `fault`, `of`, `c1` and `secret`. */
export function wordsOf(text: string): readonly string[] {
  return (text.match(/[A-Z]?[a-z]+\d*|[A-Z]+\d*(?![a-z])|\d+/g) ?? []).map((word) => word.toLowerCase())
}
