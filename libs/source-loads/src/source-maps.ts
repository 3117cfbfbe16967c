import { invalidArgument } from '@assay/errors'
import { loadMap } from '@assay/sources'
import type { PageTokens, TenantSql } from '@assay/store'
import { recordSource } from './source-entries.ts'
import { sourceKey } from './sources.ts'

const longestMap = 256 * 1024

export interface SourceMap {
  readonly version: number
  readonly content: string
  readonly name: string
  readonly createdBy: string
  readonly createdAt: Date
}

interface MapRow {
  version: number
  content: string
  created_by: string
  created_at: Date
}

/**
 * Stores a map as the newest version. If it equals the newest version, no version is added. @throws invalid_argument with the line
 */
export async function putSourceMap(
  sql: TenantSql,
  tenantId: number,
  source: string,
  content: string,
  createdBy: string,
): Promise<SourceMap> {
  if (content.length > longestMap) throw invalidArgument('content', `is longer than ${longestMap} characters`)
  checkMap(content)
  const id = await sourceKey(sql, source)
  await sql`select from sources where id = ${id} for no key update`
  const [newest] = await sql<MapRow[]>`${maps(sql)} where source_id = ${id} order by version desc limit 1`
  if (newest?.content === content) return mapOf(newest)
  const [stored] = await sql<MapRow[]>`
    insert into source_maps (tenant_id, source_id, version, content, created_by)
    values (${tenantId}, ${id}, ${(newest?.version ?? 0) + 1}, ${content}, ${createdBy})
    returning version, content, created_by, created_at`
  if (stored === undefined) throw new Error('no map was stored')
  const version = String(stored.version)
  await recordSource(sql, source, 'source.map', { before: newest?.content, after: content, version })
  return mapOf(stored)
}

/** Newest first. */
export async function listSourceMaps(
  sql: TenantSql,
  tenantId: number,
  source: string,
  page: { readonly pageSize: number; readonly pageToken: string; readonly tokens: PageTokens },
): Promise<{ readonly maps: readonly SourceMap[]; readonly nextPageToken: string }> {
  const query = { list: 'source maps', tenantId, source }
  const before = page.tokens.decode(query, page.pageToken)?.[0] ?? 2 ** 31 - 1
  const id = await sourceKey(sql, source)
  const rows = await sql<MapRow[]>`
    ${maps(sql)} where source_id = ${id} and version < ${before} order by version desc limit ${page.pageSize + 1}`
  const shown = rows.slice(0, page.pageSize).map(mapOf)
  const last = rows.length > page.pageSize ? shown.at(-1) : undefined
  return { maps: shown, nextPageToken: last === undefined ? '' : page.tokens.encode(query, [last.version]) }
}

/** The newest own map of a source; undefined for a source without one. */
export async function newestMap(
  sql: TenantSql,
  sourceId: number,
): Promise<{ readonly version: number; readonly content: string } | undefined> {
  const [row] = await sql<MapRow[]>`${maps(sql)} where source_id = ${sourceId} order by version desc limit 1`
  return row
}

function checkMap(content: string): string {
  try {
    return loadMap('content', content, true).name
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'MapError') throw error
    throw invalidArgument('content', error.message, { cause: error })
  }
}

function maps(sql: TenantSql) {
  return sql`select version, content, created_by, created_at from source_maps`
}

function mapOf({ version, content, created_by, created_at }: MapRow): SourceMap {
  return { version, content, name: checkMap(content), createdBy: created_by, createdAt: created_at }
}
