import { invalidArgument } from '@assay/errors'

type Path = readonly string[]

/** Which members of a document are shown: those on some paths, with all that lies below, but for those on others. */
export class MemberChoice {
  static readonly everything = new MemberChoice(undefined, [])

  /** Undefined: all members. */
  readonly #includes: readonly Path[] | undefined
  readonly #excludes: readonly Path[]
  readonly #below = new Map<string, MemberChoice>()
  readonly #shown = new Map<string, boolean>()

  private constructor(includes: readonly Path[] | undefined, excludes: readonly Path[]) {
    this.#includes = includes
    this.#excludes = excludes
  }

  /**
   * @param includes dotted names (`attributes.uid`), `*` for everything below; none: everything
   * @param excludes dotted names that are taken away from that
   * @throws invalid_argument on `parameter` for a wildcard that is not the end of a name
   */
  static of(includes: readonly string[], excludes: readonly string[], parameter: string): MemberChoice {
    const included = includes.map((name, index) => pathOf(name, `${parameter}.includes[${index}]`))
    const excluded = excludes.map((name, index) => pathOf(name, `${parameter}.excludes[${index}]`))
    if (excluded.some(({ length }) => length === 0)) return new MemberChoice([], [])
    const isAll = included.length === 0 || included.some(({ length }) => length === 0)
    return new MemberChoice(isAll ? undefined : included, excluded)
  }

  get isEverything(): boolean {
    return this.#includes === undefined && this.#excludes.length === 0
  }

  /** Also these members, by dotted names. */
  and(names: readonly string[]): MemberChoice {
    const paths = names.map((name) => name.split('.'))
    const excludes = this.#excludes.filter(
      (path) => !paths.some((wanted) => path.every((part, at) => part === wanted[at])),
    )
    return new MemberChoice(this.#includes && [...this.#includes, ...paths], excludes)
  }

  /** Without these members. */
  without(names: readonly string[]): MemberChoice {
    return new MemberChoice(this.#includes, [...this.#excludes, ...names.map((name) => [name])])
  }

  /** Whether anything of the member is shown. */
  has(name: string): boolean {
    if (this.isEverything) return true
    const known = this.#shown.get(name)
    if (known !== undefined) return known
    const isExcluded = this.#excludes.some((path) => path.length === 1 && path[0] === name)
    const isIncluded = this.#includes === undefined || this.#includes.some(([first]) => first === name)
    this.#shown.set(name, isIncluded && !isExcluded)
    return isIncluded && !isExcluded
  }

  /** What is shown of a member that `has` is true of. */
  below(name: string): MemberChoice {
    const known = this.#below.get(name)
    if (known !== undefined) return known
    const rest = (paths: readonly Path[]) => paths.filter(([first]) => first === name).map((path) => path.slice(1))
    const included = this.#includes && rest(this.#includes)
    const isAll = included === undefined || included.some(({ length }) => length === 0)
    const made = new MemberChoice(isAll ? undefined : included, rest(this.#excludes))
    this.#below.set(name, made)
    return made
  }

  /** What is shown of a value: of an object some members, of a list the same of each element. */
  of(value: unknown): unknown {
    if (this.isEverything || typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((element) => this.of(element))
    const shown = Object.entries(value).filter(([name]) => this.has(name))
    return Object.fromEntries(shown.map(([name, member]) => [name, this.below(name).of(member)]))
  }
}

function pathOf(name: string, parameter: string): Path {
  const path = name.replace(/(^|\.)\*$/, '')
  if (path.includes('*')) throw invalidArgument(parameter, `"${name}" has a wildcard before its end; name the member`)
  return path === '' ? [] : path.split('.')
}
