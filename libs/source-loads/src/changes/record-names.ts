import type { RecordForms } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import type { ReducedChanges } from './reduced-changes.ts'

/** The names by which other records of a source may refer to a stored record. */
export interface NamedRecord {
  readonly id: string
  readonly fields: Readonly<Record<string, string>>
  readonly keys: readonly (readonly [string, string])[]
}

/** Where one form looks for the holder of a grant. Null matches anything. */
interface HolderName {
  readonly holder: string
  readonly holderApplication: string | null
  readonly application: string | null
}

interface EntitlementName {
  readonly entitlement: string
  readonly application: string | null
  /** Whether letter case matters. */
  readonly isExact: boolean
}

type GrantForm = RecordForms['grants'][number]

/** The application of entitlements that name no application, as in an import. */
const defaultApplication = 'default'
const usualKeys = ['id', 'user_name', 'email']

/** The names by which the records of a load refer to the people, accounts and entitlements of changes. */
export class RecordNames {
  readonly people = new Map<string, NamedRecord>()
  readonly #accounts = new Map<string, NamedRecord>()
  readonly #entitlements = new Map<string, NamedRecord>()

  /** Reads the stored records that the changes name. */
  async read(sql: TenantSql, loadKey: number, { records, ended }: ReducedChanges): Promise<void> {
    const people = new Set<string>()
    const accounts = new Map<string, readonly [string, string]>()
    const entitlements = new Map<string, readonly [string, string]>()
    const addTo = (pairs: typeof accounts, application = '', id = '') =>
      pairs.set(`${application}\0${id}`, [application, id])
    for (const { kind, ids } of [...records.values(), ...ended.values()]) {
      const [first = '', second = '', third = '', fourth = ''] = ids
      if (kind === 'identity' || kind === 'usage') people.add(first)
      else if (kind === 'account') addTo(accounts, first, second)
      else if (kind === 'entitlement') addTo(entitlements, first, second)
      else if (kind === 'membership') {
        addTo(entitlements, first, second)
        addTo(entitlements, third, fourth)
      } else if (kind === 'grant') {
        if (first === 'account') addTo(accounts, third, second)
        else people.add(second)
        addTo(entitlements, third, fourth)
      }
    }
    const found = await sql<{ record: NamedRecord }[]>`
      select record from source_people where load_id = ${loadKey} and id = any (${[...people]}::text[])`
    for (const { record } of found) this.people.set(record.id, record)
    for (const [table, pairs, into] of [
      ['source_accounts', accounts, this.#accounts],
      ['source_entitlements', entitlements, this.#entitlements],
    ] as const) {
      const wanted = [...pairs.values()]
      const rows = await sql<{ record: NamedRecord & { application: string } }[]>`
        select r.record from ${sql(table)} r
        join unnest(${wanted.map(([application]) => application)}::text[], ${wanted.map(([, id]) => id)}::text[])
          w (application, id) on w.application = r.application and w.id = r.id
        where r.load_id = ${loadKey}`
      for (const { record } of rows) into.set(`${record.application}\0${record.id}`, record)
    }
  }

  ofPerson(form: Pick<GrantForm['holder'], 'match' | 'among'>, id: string): readonly HolderName[] {
    if (!form.among.includes('identities')) return []
    const names = namesOf(form.match.length > 0 ? form.match : usualKeys, id, this.people.get(id))
    return names.map((holder) => ({ holder, holderApplication: null, application: null }))
  }

  ofAccount({ holder: { match, among } }: GrantForm, application: string, id: string): readonly HolderName[] {
    if (!among.includes('accounts')) return []
    const own = { holder: id, holderApplication: null, application }
    if (match.length === 0) return [own]
    const names = namesOf(match, id, this.#accounts.get(`${application}\0${id}`))
    return [own, ...names.map((holder) => ({ holder, holderApplication: null, application: null }))]
  }

  /** The names of an entitlement that holds others. */
  ofGroup({ holder: form }: GrantForm, application: string, id: string): readonly HolderName[] {
    if (form.namesApplication) return [{ holder: id, holderApplication: application, application: null }]
    if (!form.among.includes('entitlements')) return []
    if (form.match.length === 0) return [{ holder: id, holderApplication: null, application }]
    const names = namesOf(form.match, id, this.#entitlements.get(`${application}\0${id}`))
    return names.map((holder) => ({ holder, holderApplication: null, application: null }))
  }

  ofEntitlement({ entitlement: match }: GrantForm, application: string, id: string): readonly EntitlementName[] {
    const described = this.#entitlements.get(`${application}\0${id}`)
    const isExact = described === undefined
    if (match.length > 0) {
      return namesOf(match, id, described).map((entitlement) => ({ entitlement, application: null, isExact }))
    }
    const own = { entitlement: id, application, isExact }
    const isFoundAnywhere = described !== undefined || application === defaultApplication
    return isFoundAnywhere ? [own, { ...own, application: '' }] : [own]
  }
}

function namesOf(match: readonly string[], id: string, record: NamedRecord | undefined): readonly string[] {
  const names = match.flatMap((key) => {
    if (key === 'id') return [id]
    const field = { email: 'email', user_name: 'username', display_name: 'display_name' }[key]
    const value = field === undefined ? undefined : record?.fields[field]
    const keys = (record?.keys ?? []).filter(([name]) => name === key).map(([, name]) => name)
    return value === undefined ? keys : [value, ...keys]
  })
  return [...new Set(names)].filter((name) => name !== '')
}
