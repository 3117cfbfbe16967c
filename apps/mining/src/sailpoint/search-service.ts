import { readPage } from '@assay/collection-query'
import type { SearchService } from '@assay/contracts/sailpoint/search/v1/search_service_pb'
import { invalidArgument } from '@assay/errors'
import { type DocumentKind, documentKinds } from '@assay/search-criteria'
import {
  countByValue,
  countDocuments,
  countValues,
  type DocumentForm,
  type FoundDocument,
  findDocuments,
  getDocument,
  MemberChoice,
  type ReadSearch,
  readDocuments,
  readSearch,
  type WriteDocument,
} from '@assay/search-documents'
import { principalOf } from '@assay/server'
import type { TenantSql } from '@assay/store'
import { toJson } from '@bufbuild/protobuf'
import { type Value, ValueSchema } from '@bufbuild/protobuf/wkt'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from '../service-context.ts'
import type { Json } from './json-members.ts'
import { type NamedAggregation, readAggregations } from './search-aggregation.ts'
import { readSearchRequest } from './search-request.ts'

const contentType = 'application/json'
/** The number of documents that are read together: a page of the usual size. */
const documentsInPiece = 250
/** The number of characters that are collected before they are sent: documents of people with much access have megabytes together. */
const charactersAtOnce = 64 * 1024
const documentSizes = { most: 10_000, usual: 250 }

/** Search over identities, roles and entitlements. */
export function searchService(service: ServiceContext): ServiceImpl<typeof SearchService> {
  return {
    async *searchPost(request, context) {
      const { search, members } = readSearchRequest(jsonOf(request.search))
      const page = readPage(request, documentSizes)
      if (search.after !== undefined && page.offset > 0) {
        throw invalidArgument('offset', 'cannot be used together with "searchAfter"; use one of them')
      }
      const read = readSearch(search)
      const form = { organisation: principalOf(context).tenant, members }
      const { found, total, first } = await asCaller(service, context, async (sql) => {
        const keys = await findDocuments(sql, read, page)
        const count = request.count ? await countDocuments(sql, read) : undefined
        return { found: keys, total: count, first: await readDocuments(sql, keys.slice(0, documentsInPiece), form) }
      })
      if (total !== undefined) setTotal(context, total)
      for await (const text of piecesOf(service, context, found, form, first))
        yield { contentType, data: Buffer.from(text) }
    },

    async searchCount(request, context) {
      const read = readSearch(readSearchRequest(jsonOf(request.search)).search)
      setTotal(context, await asCaller(service, context, (sql) => countDocuments(sql, read)))
      return {}
    },

    async searchAggregate(request, context) {
      const { search, aggregations, aggregationsDsl } = readSearchRequest(jsonOf(request.search))
      const named = readAggregations(aggregations, aggregationsDsl)
      readPage(request)
      const read = readSearch(search)
      const { answer, total } = await asCaller(service, context, async (sql) => ({
        answer: await aggregated(sql, read, named),
        total: request.count ? await countDocuments(sql, read) : undefined,
      }))
      if (total !== undefined) setTotal(context, total)
      return { contentType, data: Buffer.from(JSON.stringify({ aggregations: answer, hits: [] })) }
    },

    async searchGet({ index, id }, context) {
      const form = { organisation: principalOf(context).tenant, members: MemberChoice.everything }
      const kind = kindNamed(index)
      const text = await asCaller(service, context, (sql) => getDocument(sql, kind, id, form))
      return { contentType, data: Buffer.from(text) }
    },
  }
}

/** The JSON array, in pieces: while the client reads, no connection is held, and only a small part of the text is in memory. */
async function* piecesOf(
  service: ServiceContext,
  context: HandlerContext,
  found: readonly FoundDocument[],
  form: DocumentForm,
  first: readonly WriteDocument[],
): AsyncGenerator<string> {
  let text = '['
  let isFirst = true
  let documents = first
  for (let from = documentsInPiece; ; from += documentsInPiece) {
    for (const write of documents) {
      text += isFirst ? write() : `,${write()}`
      isFirst = false
      if (text.length < charactersAtOnce) continue
      yield text
      text = ''
    }
    if (from >= found.length) break
    const piece = found.slice(from, from + documentsInPiece)
    documents = await asCaller(service, context, (sql) => readDocuments(sql, piece, form))
  }
  yield `${text}]`
}

async function aggregated(sql: TenantSql, read: ReadSearch, named: readonly NamedAggregation[]) {
  const answers = new Map<string, object>()
  for (const { name, of } of named) {
    if (of.kind === 'count') answers.set(name, { value: await countValues(sql, read, of) })
    else {
      const buckets = await countByValue(sql, read, of)
      answers.set(name, { buckets: buckets.map(({ key, count }) => ({ key, doc_count: count })) })
    }
  }
  return Object.fromEntries(answers)
}

function kindNamed(index: string): DocumentKind {
  const kind = documentKinds.find((known) => known === index)
  if (kind === undefined)
    throw invalidArgument('index', `"${index}" is no index; there are ${documentKinds.join(', ')}`)
  return kind
}

function jsonOf(value: Value | undefined): Json | undefined {
  return value === undefined ? undefined : (toJson(ValueSchema, value) as Json)
}

function setTotal({ responseHeader }: HandlerContext, total: number): void {
  responseHeader.set('x-total-count', String(total))
}
