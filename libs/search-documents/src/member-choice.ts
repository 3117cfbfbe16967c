import { invalidArgument } from '@assay/errors'

type Path = readonly string[]

/** The members of a document to show: those on some paths with everything below them, except those on other paths. */
export class MemberChoice {
  static readonly everything = new MemberChoice(undefined, [])

  /** Undefined means all members. */
  readonly #includes: readonly Path[] | undefined
  readonly #excludes: readonly Path[]
  readonly #below = new Map<string, MemberChoice>()
  readonly #shown = new Map<string, boolean>()

  private constructor(includes: readonly Path[] | undefined, excludes: readonly Path[]) {
    this.#includes = includes
    this.#excludes = excludes
  }

  /**
   * @param includes dotted names (`attributes.uid`), `*` for everything below; empty means everything
   * @param excludes dotted names to remove from these
   * @throws invalid_argument on `parameter` for a wildcard that is not at the end of a name
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

  /** The choice with additional members, by dotted names. */
  and(names: readonly string[]): MemberChoice {
    const paths = names.map((name) => name.split('.'))
    const excludes = this.#excludes.filter(
      (path) => !paths.some((wanted) => path.every((part, at) => part === wanted[at])),
    )
    return new MemberChoice(this.#includes && [...this.#includes, ...paths], excludes)
  }

  /** The choice without these members. */
  without(names: readonly string[]): MemberChoice {
    return new MemberChoice(this.#includes, [...this.#excludes, ...names.map((name) => [name])])
  }

  /** Whether any part of the member is shown. */
  has(name: string): boolean {
    if (this.isEverything) return true
    const known = this.#shown.get(name)
    if (known !== undefined) return known
    const isExcluded = this.#excludes.some((path) => path.length === 1 && path[0] === name)
    const isIncluded = this.#includes === undefined || this.#includes.some(([first]) => first === name)
    this.#shown.set(name, isIncluded && !isExcluded)
    return isIncluded && !isExcluded
  }

  /** The choice below a member for which `has` is true. */
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

  /** The chosen part of a value: some members of an object, and the same for each element of a list. */
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
