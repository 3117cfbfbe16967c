import type { PathTemplate, TemplateSegment } from './path-template.ts'
import { decodeSegment } from './percent-decoding.ts'

/** The result of a search: the entry; or, if the path has only other methods, one of their entries and these methods; or none. */
type RouteMatch<Entry> =
  | { readonly kind: 'found'; readonly entry: Entry; readonly captures: readonly string[] }
  | { readonly kind: 'wrong method'; readonly entry: Entry; readonly allowed: readonly string[] }
  | { readonly kind: 'none' }

interface Ends<Entry> {
  readonly byMethod: Map<string, Stored<Entry>>
}

interface Stored<Entry> {
  readonly entry: Entry
  readonly template: PathTemplate
}

interface Node<Entry> {
  literals: Map<string, Node<Entry>> | undefined
  one: Node<Entry> | undefined
  /** Entries of paths that end here, by verb, '' for none. */
  ends: Map<string, Ends<Entry>> | undefined
  /** Entries of paths in which `**` follows, by verb. */
  rests: Map<string, Ends<Entry>> | undefined
}

/**
 * Routes by method and escaped path. At every segment a literal has priority over `*`, and `*` over `**`. If a branch leads to
 * no route, or to a path without the method, the search goes back. A node has one depth, so a search visits every node at most
 * once. It reads only as many segments as the longest template has, so its cost does not grow with the path.
 */
export class RouteTree<Entry> {
  private readonly root: Node<Entry> = emptyNode()
  private readonly verbs = new Set<string>()
  private longestVerb = 0
  private depth = 0
  // A search is synchronous, so only one runs at a time. These arrays are reused, so that a search allocates nothing.
  private starts = new Int32Array(2)
  private ends = new Int32Array(2)

  /** Adds an entry. If the same method, path shape and verb have an entry already, returns that one and adds nothing. */
  add(httpMethod: string, template: PathTemplate, entry: Entry): Entry | undefined {
    let node = this.root
    let isRest = false
    for (const segment of template.segments) {
      if (segment.kind === 'rest') isRest = true
      else node = child(node, segment)
    }
    const place = isRest ? 'rests' : 'ends'
    const byVerb = node[place] ?? new Map<string, Ends<Entry>>()
    node[place] = byVerb
    let ends = byVerb.get(template.verb)
    if (ends === undefined) {
      ends = { byMethod: new Map() }
      byVerb.set(template.verb, ends)
    }
    const present = ends.byMethod.get(httpMethod)
    if (present !== undefined) return present.entry
    ends.byMethod.set(httpMethod, { entry, template })
    if (template.verb !== '') {
      this.verbs.add(template.verb)
      this.longestVerb = Math.max(this.longestVerb, template.verb.length)
    }
    if (template.segments.length > this.depth) {
      this.depth = template.segments.length
      this.starts = new Int32Array(this.depth + 2)
      this.ends = new Int32Array(this.depth + 2)
    }
    return undefined
  }

  /** @param path as sent: escaped, without its query */
  find(httpMethod: string, path: string): RouteMatch<Entry> {
    if (path.charCodeAt(0) !== 47) return { kind: 'none' }
    const colon = this.verbs.size === 0 ? -1 : this.findVerb(path)
    const verb = colon === -1 ? '' : path.slice(colon + 1)
    const end = colon === -1 ? path.length : colon
    const search: Search<Entry> = {
      path,
      httpMethod,
      verb,
      end,
      count: this.split(path, end),
      starts: this.starts,
      ends: this.ends,
      hasEscapes: path.includes('%'),
      allowed: undefined,
    }
    const stored = visit(this.root, 0, search)
    if (stored !== undefined) {
      return { kind: 'found', entry: stored.entry, captures: capture(stored, search) }
    }
    if (search.allowed === undefined) return { kind: 'none' }
    const asked = search.allowed.get('GET')
    if (asked !== undefined) search.allowed.set('HEAD', asked)
    const [entry] = search.allowed.values()
    if (entry === undefined) return { kind: 'none' }
    return { kind: 'wrong method', entry, allowed: [...search.allowed.keys()].sort() }
  }

  /**
   * The position of the colon that begins a verb in the last segment, or -1. Only verbs of routes count, the longest first; any
   * other colon belongs to a value. An escaped colon never begins a verb.
   */
  private findVerb(path: string): number {
    const from = Math.max(path.lastIndexOf('/') + 1, path.length - this.longestVerb - 1)
    for (let colon = path.indexOf(':', from); colon !== -1; colon = path.indexOf(':', colon + 1)) {
      if (this.verbs.has(path.slice(colon + 1))) return colon
    }
    return -1
  }

  /** Records the positions of the first segments, one more than any template has, and returns their number. */
  private split(path: string, end: number): number {
    if (end <= 1) return 0
    const most = this.depth + 1
    let count = 0
    let start = 1
    while (count < most) {
      let slash = path.indexOf('/', start)
      if (slash === -1 || slash > end) slash = end
      this.starts[count] = start
      this.ends[count] = slash
      count++
      if (slash >= end) break
      start = slash + 1
    }
    return count
  }
}

interface Search<Entry> {
  readonly path: string
  readonly httpMethod: string
  readonly verb: string
  readonly end: number
  readonly count: number
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly hasEscapes: boolean
  /** The methods of the routes that match the path, each with its entry. */
  allowed: Map<string, Entry> | undefined
}

function visit<Entry>(node: Node<Entry>, index: number, search: Search<Entry>): Stored<Entry> | undefined {
  if (index === search.count) {
    const ended = node.ends === undefined ? undefined : choose(node.ends, search)
    if (ended !== undefined) return ended
  } else if ((search.ends[index] ?? 0) > (search.starts[index] ?? 0)) {
    const next = node.literals?.get(literalAt(index, search))
    const found = next === undefined ? undefined : visit(next, index + 1, search)
    if (found !== undefined) return found
    const any = node.one === undefined ? undefined : visit(node.one, index + 1, search)
    if (any !== undefined) return any
  }
  return node.rests === undefined ? undefined : choose(node.rests, search)
}

function choose<Entry>(byVerb: Map<string, Ends<Entry>>, search: Search<Entry>): Stored<Entry> | undefined {
  const ends = byVerb.get(search.verb)
  if (ends === undefined) return undefined
  const { byMethod } = ends
  const stored =
    byMethod.get(search.httpMethod) ??
    (search.httpMethod === 'HEAD' ? byMethod.get('GET') : undefined) ??
    byMethod.get('*')
  if (stored !== undefined) return stored
  search.allowed ??= new Map()
  for (const [method, { entry }] of byMethod) search.allowed.set(method, entry)
  return undefined
}

function literalAt<Entry>(index: number, search: Search<Entry>): string {
  const raw = search.path.slice(search.starts[index], search.ends[index])
  if (!search.hasEscapes) return raw
  try {
    return decodeSegment(raw)
  } catch {
    return raw // a malformed escape equals no literal; a wildcard may still match, and then the request is refused
  }
}

function capture<Entry>({ template }: Stored<Entry>, search: Search<Entry>): string[] {
  const { variables, segments } = template
  const captures = new Array<string>(variables.length)
  for (const [index, { start, end }] of variables.entries()) {
    const isToEnd = segments[end - 1]?.kind === 'rest'
    captures[index] =
      start >= search.count ? '' : search.path.slice(search.starts[start], isToEnd ? search.end : search.ends[end - 1])
  }
  return captures
}

function child<Entry>(node: Node<Entry>, segment: Exclude<TemplateSegment, { kind: 'rest' }>): Node<Entry> {
  if (segment.kind === 'one') {
    node.one ??= emptyNode()
    return node.one
  }
  node.literals ??= new Map()
  let next = node.literals.get(segment.text)
  if (next === undefined) {
    next = emptyNode()
    node.literals.set(segment.text, next)
  }
  return next
}

function emptyNode<Entry>(): Node<Entry> {
  return { literals: undefined, one: undefined, ends: undefined, rests: undefined }
}
