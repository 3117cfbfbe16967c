import type { Recognised } from '@assay/sources'
import { asJson, type TenantSql } from '@assay/store'

/** What the maps of a load do not read, a line for each kind of data. */
export function lossesOf({ sources }: Pick<Recognised, 'sources'>): Map<string, readonly string[]> {
  const losses = sources.map(
    ({ map }) => [map.name, map.loses.map((loss) => `the map ${map.name} loses ${loss}`)] as const,
  )
  return new Map(losses.filter(([, lines]) => lines.length > 0))
}

/**
 * The report with one short line for each map whose losses an earlier load of the source has reported: they would hide the lines that
 * differ from load to load. A changed map has other lines, which are reported again.
 */
export async function withoutRepeatedLosses(
  sql: TenantSql,
  loadKey: number,
  report: readonly string[],
  losses: ReturnType<typeof lossesOf>,
): Promise<string[]> {
  let shortened = [...report]
  for (const [map, lines] of losses) {
    const known = await sql`
      select from source_loads before join source_loads this on this.source_id = before.source_id
      where this.id = ${loadKey} and before.id < this.id and before.state = 'committed'
        and before.report @> ${asJson(sql, lines)}
      limit 1`
    if (known.length === 0) continue
    const [first] = lines
    const short = `the map ${map} loses what it lost in earlier loads; --explain lists it`
    shortened = shortened.flatMap((line) => (line === first ? [short] : lines.includes(line) ? [] : [line]))
  }
  return shortened
}
