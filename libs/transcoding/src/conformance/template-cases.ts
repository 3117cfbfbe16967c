/** A path template with its parsed form, or with the column and reason of its error. */
type TemplateCase = {
  readonly id: string
  readonly template: string
} & (
  | {
      /** The segments, a literal as its text. */
      readonly segments: readonly string[]
      readonly variables?: Readonly<Record<string, readonly [start: number, end: number]>>
      readonly verb?: string
    }
  | { readonly column: number; readonly reason: RegExp }
)

export const templateCases: readonly TemplateCase[] = [
  { id: 'TP01.1', template: '/', segments: [] },
  { id: 'TP01.2', template: '/foo', segments: ['foo'] },
  { id: 'TP01.3', template: '/foo/bar', segments: ['foo', 'bar'] },
  { id: 'TP01.4', template: '/*', segments: ['*'] },
  { id: 'TP01.5', template: '/**', segments: ['**'] },
  { id: 'TP01.6', template: '/foo/*/baz/**', segments: ['foo', '*', 'baz', '**'] },
  { id: 'TP01.7', template: '/{_}', segments: ['*'], variables: { _: [0, 1] } },
  { id: 'TP01.8', template: '/{a_1}/x', segments: ['*', 'x'], variables: { a_1: [0, 1] } },
  { id: 'TP01.9', template: '/{a=*}', segments: ['*'], variables: { a: [0, 1] } },
  { id: 'TP01.10', template: '/{a=**}', segments: ['**'], variables: { a: [0, 1] } },
  { id: 'TP01.11', template: '/{a.b.c}', segments: ['*'], variables: { 'a.b.c': [0, 1] } },
  {
    id: 'TP01.12',
    template: '/{a=x/*}/y/{b=**}',
    segments: ['x', '*', 'y', '**'],
    variables: { a: [0, 2], b: [3, 4] },
  },
  { id: 'TP01.13', template: '/foo:do', segments: ['foo'], verb: 'do' },
  { id: 'TP01.14', template: '/{a}:do', segments: ['*'], variables: { a: [0, 1] }, verb: 'do' },
  { id: 'TP01.15', template: '/{cat=**}:do', segments: ['**'], variables: { cat: [0, 1] }, verb: 'do' },
  { id: 'TP01.16', template: '/**:do', segments: ['**'], verb: 'do' },
  { id: 'TP01.17', template: '/a:do:it', segments: ['a'], verb: 'do:it' },
  { id: 'TP01.18', template: '/caf%c3%a9/%25', segments: ['café', '%'] },
  { id: 'TP01.19', template: "/a-b_c.d~e/$&'()+,;=!@", segments: ['a-b_c.d~e', "$&'()+,;=!@"] },
  { id: 'TP01.20', template: '/{a=x}', segments: ['x'], variables: { a: [0, 1] } },
  { id: 'TP02.1', template: '', column: 1, reason: /empty/ },
  { id: 'TP02.2', template: 'foo', column: 1, reason: /begins with/ },
  { id: 'TP02.3', template: '//', column: 2, reason: /segment is empty/ },
  { id: 'TP02.4', template: '/a//b', column: 4, reason: /segment is empty/ },
  { id: 'TP02.5', template: '/a/', column: 4, reason: /segment is empty/ },
  { id: 'TP02.6', template: '/{}', column: 3, reason: /field name begins/ },
  { id: 'TP02.7', template: '/{1}', column: 3, reason: /field name begins/ },
  { id: 'TP02.8', template: '/{field.1}', column: 9, reason: /field name begins/ },
  { id: 'TP02.9', template: '/{-}', column: 3, reason: /field name begins/ },
  { id: 'TP02.10', template: '/{field-}', column: 8, reason: /cannot hold "-"/ },
  { id: 'TP02.11', template: '/{a..b}', column: 5, reason: /field name begins/ },
  { id: 'TP02.12', template: '/{a.}', column: 5, reason: /field name begins/ },
  { id: 'TP02.13', template: '/{a', column: 4, reason: /not closed/ },
  { id: 'TP02.14', template: '/{a=', column: 5, reason: /not closed/ },
  { id: 'TP02.15', template: '/{a=*', column: 6, reason: /not closed/ },
  { id: 'TP02.16', template: '/{a=x/}', column: 7, reason: /segment is empty/ },
  { id: 'TP02.17', template: '/{a=/x}', column: 5, reason: /segment is empty/ },
  { id: 'TP02.18', template: '/{a/b}', column: 4, reason: /cannot hold "\/"/ },
  { id: 'TP02.19', template: '/{a=x:do}', column: 6, reason: /verb stands after/ },
  { id: 'TP02.20', template: '/{a}b', column: 5, reason: /variable is a segment/ },
  { id: 'TP02.21', template: '/a{b}', column: 3, reason: /variable is a segment/ },
  { id: 'TP02.22', template: '/foo/bar*', column: 9, reason: /wildcard is a segment/ },
  { id: 'TP02.23', template: '/*bar', column: 3, reason: /wildcard is a segment/ },
  { id: 'TP02.24', template: '/***', column: 4, reason: /"\*" or "\*\*"/ },
  { id: 'TP02.25', template: '/a?b', column: 3, reason: /"\?" cannot stand here/ },
  { id: 'TP02.26', template: '/a b', column: 3, reason: /" " cannot stand here/ },
  { id: 'TP02.27', template: '/café', column: 5, reason: /"é" cannot stand here/ },
  { id: 'TP02.28', template: '/a:', column: 4, reason: /verb is empty/ },
  { id: 'TP02.29', template: '/:do', column: 2, reason: /verb needs a segment|segment is empty/ },
  { id: 'TP02.30', template: '/a:do/b', column: 6, reason: /nothing follows a verb/ },
  { id: 'TP02.31', template: '/%', column: 2, reason: /two hexadecimal/ },
  { id: 'TP02.32', template: '/%2', column: 2, reason: /two hexadecimal/ },
  { id: 'TP02.33', template: '/%2z', column: 2, reason: /two hexadecimal/ },
  { id: 'TP02.34', template: '/%ff', column: 2, reason: /not UTF-8/ },
  { id: 'TP02.35', template: '/a}', column: 3, reason: /"\}" cannot stand here/ },
  { id: 'TP03.1', template: '/**/a', column: 4, reason: /last segment/ },
  { id: 'TP03.2', template: '/{a=**}/b', column: 8, reason: /last segment/ },
  { id: 'TP03.3', template: '/{a=**/b}', column: 7, reason: /last segment/ },
  { id: 'TP04.1', template: '/{a={b}}', column: 5, reason: /another variable/ },
  { id: 'TP04.2', template: '/{a=x/{b=*}}', column: 7, reason: /another variable/ },
  { id: 'TP05.1', template: '/{a}/{a}', column: 7, reason: /bound twice/ },
]
