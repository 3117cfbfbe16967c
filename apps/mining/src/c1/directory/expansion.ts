import type { DescMessage, MessageShape } from '@bufbuild/protobuf'
import { type Any, anyPack } from '@bufbuild/protobuf/wkt'

/**
 * The related objects of an answer, each once; the rows refer to them by JSON path. Only objects that the request's expand mask names are
 * included, since ConductorOne's `cone` fails on types that it did not ask for.
 */
export class Expansion {
  readonly expanded: Any[] = []
  readonly #paths: ReadonlySet<string>
  readonly #places = new Map<string, string>()

  /** @param paths of the mask; unknown paths have no effect */
  constructor(paths: readonly string[] = []) {
    this.#paths = new Set(paths)
  }

  wants(path: string): boolean {
    return this.#paths.has(path) || this.#paths.has('*')
  }

  /**
   * The JSON path of an object in `expanded`, such as `$.expanded[3]`; empty when the mask does not name it or the object is unknown.
   * @param key identifies the object among all objects of its type
   * @param make the object; undefined for an unknown one
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
