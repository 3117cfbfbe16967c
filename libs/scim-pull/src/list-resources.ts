import { quoted } from '@assay/outbound'
import { isObject, type JsonObject, type ScimClient, ScimRefusal } from './scim-client.ts'
import { ScimFault } from './scim-fault.ts'
import type { ResourceType, Service } from './service.ts'

export interface Resource {
  readonly id: string
  readonly document: JsonObject
}

interface ListOptions {
  /** Only resources that changed at or after this time; undefined for all. */
  readonly since: Date | undefined
  /** A list with more resources is refused. */
  readonly most: number
}

/** The content of one page. */
interface Page {
  /** Undefined when the server does not report it. */
  readonly total: number | undefined
  readonly resources: readonly Resource[]
  readonly nextCursor: string | undefined
}

/**
 * All resources of one type, page by page, each once. A server that repeats resources, ends early, or reports another number than it
 * returns is refused, since missing resources would count as deleted.
 * @throws ScimFault; with `mayPass` when the data may have changed while they were read
 */
export async function* listResources(
  client: ScimClient,
  service: Service,
  type: ResourceType,
  { since, most }: ListOptions,
): AsyncGenerator<readonly Resource[], void, undefined> {
  const reading = new Reading(`${client.base.host}/${type.path.replace(/^\/+/, '')}`, most)
  const query: Record<string, string> = { count: String(service.pageSize) }
  if (type.attributes.length > 0) query.attributes = type.attributes.join(',')
  if (since !== undefined) query.filter = `meta.lastModified ge "${since.toISOString()}"`
  if (service.sorts && service.paging === 'index') query.sortBy = 'id'
  let cursor = ''
  for (;;) {
    const where = service.paging === 'cursor' ? { cursor } : { startIndex: String(reading.count + 1) }
    const document = await client.get(type.path, { ...where, ...query }).catch((error: unknown) => {
      // Some servers answer a request after the last resource with an error.
      if (reading.hasAll && error instanceof ScimRefusal && error.status < 500) return { Resources: [] }
      throw error
    })
    const page = reading.take(pageOf(document, reading.place))
    if (service.paging === 'index' && !reading.hasTotal) {
      throw new ScimFault(`${reading.place} does not tell its number of resources (totalResults)`)
    }
    if (page.resources.length > 0) yield page.resources
    if (service.paging === 'cursor') {
      if (page.nextCursor === undefined) break
      cursor = reading.nextCursor(page.nextCursor)
    } else if (reading.isWhole(page, service.pageSize)) break
  }
  reading.end()
}

/** The resources that were read so far, compared with the total that the server reports. */
class Reading {
  readonly place: string
  readonly #most: number
  readonly #ids = new Set<string>()
  readonly #cursors = new Set<string>()
  #total: number | undefined

  constructor(place: string, most: number) {
    this.place = place
    this.#most = most
  }

  get count(): number {
    return this.#ids.size
  }

  get hasTotal(): boolean {
    return this.#total !== undefined
  }

  get hasAll(): boolean {
    return this.count === this.#total
  }

  take(page: Page): Page {
    const { place } = this
    if (this.#total !== undefined && page.total !== undefined && page.total !== this.#total) {
      throw new ScimFault(`${place} reports ${this.#total} resources on one page and ${page.total} on a later one`, {
        mayPass: true,
      })
    }
    this.#total ??= page.total
    if ((this.#total ?? 0) > this.#most) {
      throw new ScimFault(`${place} reports ${this.#total} resources; at most ${this.#most} are read`)
    }
    for (const { id } of page.resources) {
      if (this.#ids.has(id)) {
        throw new ScimFault(`${place} returns the resource ${quoted(id)} twice, after ${this.count} different ones`, {
          mayPass: true,
        })
      }
      this.#ids.add(id)
    }
    const most = this.#total ?? this.#most
    if (this.count > most) {
      const told = this.#total === undefined ? `at most ${most} are read` : `it reports ${most}`
      throw new ScimFault(`${place} returns more than ${most} resources; ${told}`, {
        mayPass: this.#total !== undefined,
      })
    }
    return page
  }

  /** A list with cursors continues as long as the server sends one. Each page must have a resource, and no cursor may repeat. */
  nextCursor(cursor: string): string {
    if (this.#cursors.has(cursor))
      throw new ScimFault(`${this.place} gives the same cursor again, so its list has no end`)
    this.#cursors.add(cursor)
    if (this.#cursors.size > this.count + 1) {
      throw new ScimFault(`${this.place} gives one empty page after the other`)
    }
    return cursor
  }

  /** A full last page is followed by another request, since some servers report the size of the page as the total. */
  isWhole({ resources }: Page, pageSize: number): boolean {
    if (resources.length === 0) return true
    return this.hasAll && resources.length < pageSize
  }

  end(): void {
    // A server that pages by cursors may not know its total (RFC 9865); its list ends without a cursor.
    if (this.#total !== undefined && this.#total !== this.count) {
      throw new ScimFault(`${this.place} reports ${this.#total} resources and returns ${this.count}`, { mayPass: true })
    }
  }
}

function pageOf(document: JsonObject, place: string): Page {
  const { totalResults, Resources: given, nextCursor } = document
  const resources = given === undefined || given === null ? [] : given
  if (!Array.isArray(resources)) throw new ScimFault(`${place} answers without a list of resources`)
  const isCount = typeof totalResults === 'number' && Number.isInteger(totalResults) && totalResults >= 0
  if (totalResults !== undefined && !isCount) {
    throw new ScimFault(`${place} reports ${quoted(JSON.stringify(totalResults))} as its number of resources`)
  }
  if (nextCursor !== undefined && nextCursor !== null && typeof nextCursor !== 'string') {
    throw new ScimFault(`${place} returns a cursor that is not a text`)
  }
  const cursor = nextCursor || undefined
  if (cursor !== undefined && cursor.length > longestCursor) {
    throw new ScimFault(`${place} gives a cursor of ${cursor.length} characters; at most ${longestCursor} are taken`)
  }
  return {
    total: isCount ? totalResults : undefined,
    resources: resources.map((resource) => resourceOf(resource, place)),
    nextCursor: cursor,
  }
}

const longestCursor = 8192
const longestId = 1024

function resourceOf(document: unknown, place: string): Resource {
  if (!isObject(document)) throw new ScimFault(`${place} lists something that is not a resource`)
  // Roles and entitlements are values of users; some servers give them no other id.
  const id = document.id ?? document.value
  if (typeof id !== 'string' || id === '' || id.length > longestId) {
    throw new ScimFault(`${place} lists a resource without an id of 1 to ${longestId} characters`)
  }
  return { id, document }
}
