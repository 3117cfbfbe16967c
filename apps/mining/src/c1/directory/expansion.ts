import type { DescMessage, MessageShape } from '@bufbuild/protobuf'
import { type Any, anyPack } from '@bufbuild/protobuf/wkt'

/**
 * What an answer shows beside its rows, each thing once. Rows say where theirs stands. Only what the mask of a request names is
 * shown, since ConductorOne's `cone` stops at kinds that it did not ask for.
 */
export class Expansion {
  readonly expanded: Any[] = []
  readonly #paths: ReadonlySet<string>
  readonly #places = new Map<string, string>()

  /** @param paths of the mask; those that are unknown expand nothing */
  constructor(paths: readonly string[] = []) {
    this.#paths = new Set(paths)
  }

  wants(path: string): boolean {
    return this.#paths.has(path) || this.#paths.has('*')
  }

  /**
   * The place of a thing in what is expanded, such as `$.expanded[3]`; empty where it is not.
   * @param key tells it from all other things of the answer
   * @param make undefined for what is not known
   */
  place<Desc extends DescMessage>(
    path: string,
    desc: Desc,
    key: readonly string[],
    make: () => MessageShape<Desc> | undefined,
  ): string {
    if (!this.wants(path)) return ''
    const name = JSON.stringify([desc.typeName, ...key])
    const known = this.#places.get(name)
    if (known !== undefined) return known
    const message = make()
    const place = message === undefined ? '' : `$.expanded[${this.expanded.push(anyPack(desc, message)) - 1}]`
    this.#places.set(name, place)
    return place
  }
}
