import {
  accountsInForce,
  broughtAccounts,
  entitlementRelation,
  grantsInForce,
  groupAccess,
  identityRelation,
} from '@assay/directory'
import { memberRelation, profileRelation } from '@assay/profiles'
import type { Fragment, TenantSql } from '@assay/store'
import type { ElementList, Match } from './criteria.ts'
import { type ElementKind, elementColumns } from './element-columns.ts'
import { joined } from './fragments.ts'
import { anyMatches } from './match-condition.ts'
import { type RowValue, withRowValues } from './row-values.ts'

/** Whether one field of an element matches. */
export type FieldTest = (field: string, match: Match) => Fragment

interface ElementTest {
  readonly list: ElementList
  readonly test: (field: FieldTest) => Fragment
}

/**
 * The tests of a query on list elements. All tests on one kind of element are made in one pass over its elements, which gives a
 * string of bits for each identity: bit n says whether one of its elements passes test n.
 */
export class ElementTests {
  readonly #sql: TenantSql
  readonly #tests: Readonly<Record<ElementKind, ElementTest[]>> = { grant: [], account: [], login: [], profile: [] }

  constructor(sql: TenantSql) {
    this.#sql = sql
  }

  /**
   * Whether `identities identity` has an element in a list that passes the whole test. The query must contain `tables` and
   * `joins`.
   * @param fields the fields of the test
   */
  hasElement(list: ElementList, fields: ReadonlySet<string>, test: ElementTest['test']): Fragment {
    const sql = this.#sql
    const bits = kindsOf(list, fields).map((kind) => {
      const bit = this.#tests[kind].push({ list, test }) - 1
      return sql`coalesce(get_bit(${sql(`passed_by_${kind}.tests`)}, ${bit}::integer), 0) = 1`
    })
    return joined(sql, 'or', bits)
  }

  /** Definitions of the tables of `joins`, each followed by a comma. */
  tables(): Fragment {
    const sql = this.#sql
    const { grant, account, login, profile } = this.#tests
    return sql`
      ${grant.length === 0 ? sql`` : sql`passed_by_grant as materialized (${this.#ofGrants(grant)}),`}
      ${account.length === 0 ? sql`` : sql`passed_by_account as materialized (${this.#ofAccounts(account)}),`}
      ${login.length === 0 ? sql`` : sql`passed_by_login as materialized (${this.#ofLogins(login)}),`}
      ${profile.length === 0 ? sql`` : sql`passed_by_profile as materialized (${this.#ofProfiles(profile)}),`}`
  }

  joins(): Fragment {
    const sql = this.#sql
    const kinds = (['grant', 'account', 'login', 'profile'] as const).filter((kind) => this.#tests[kind].length > 0)
    if (kinds.length === 0) return sql``
    return sql`${kinds.map((kind) => {
      const table = `passed_by_${kind}`
      return sql`left join ${sql(table)} on ${sql(`${table}.identity_key`)} = identity.key`
    })}`
  }

  /** Tests effective access: the entitlements of a group are tested once for each group. */
  #ofGrants(tests: readonly ElementTest[]): Fragment {
    const sql = this.#sql
    return sql`
      select held.identity_key, bit_or(giving.tests) as tests from ${grantsInForce(sql)} held
      join (
        with passing as materialized (
          select entitlement.key, ${this.#bits('grant', tests)} as tests from ${entitlementRelation(sql)} entitlement
        )
        select key, tests from passing
        union all
        select given.group_key, bit_or(passing.tests)
        from ${groupAccess(sql)} given join passing on passing.key = given.entitlement_key
        group by given.group_key
      ) giving on giving.key = held.entitlement_key
      group by held.identity_key`
  }

  /** Tests each account as a whole: one that a source brought, or everything that an identity holds in one application. */
  #ofAccounts(tests: readonly ElementTest[]): Fragment {
    const sql = this.#sql
    return sql`
      select account.identity_key, bit_or(${this.#bits('account', tests)}) as tests from ${accountsInForce(sql)} account
      join ${identityRelation(sql)} identity on identity.key = account.identity_key
      group by account.identity_key`
  }

  /** Tests accounts that sources brought: an identity may have one without any entitlement of its application. */
  #ofLogins(tests: readonly ElementTest[]): Fragment {
    const sql = this.#sql
    return sql`
      select account.identity_key, bit_or(${this.#bits('login', tests)}) as tests from ${broughtAccounts(sql)} account
      group by account.identity_key`
  }

  #ofProfiles(tests: readonly ElementTest[]): Fragment {
    const sql = this.#sql
    return sql`
      select member.identity_key, bit_or(passing.tests) as tests from ${memberRelation(sql)} member
      join (
        select profile.id, ${this.#bits('profile', tests)} as tests from ${profileRelation(sql)} profile offset 0
      ) passing on passing.id = member.profile_id
      group by member.identity_key`
  }

  #bits(kind: ElementKind, tests: readonly ElementTest[]): Fragment {
    const sql = this.#sql
    const bit = (value: RowValue, { list, test }: ElementTest) => {
      const passes = test((field, match) => anyMatches(sql, value, elementColumns(sql, kind, list, field), match))
      return sql`(case when ${passes} then B'1' else B'0' end)`
    }
    const bits = withRowValues(sql, (value) => {
      const each = tests.map((test) => bit(value, test))
      return sql`(${each.flatMap((one, index) => (index === 0 ? [one] : [sql`||`, one]))})`
    })
    return sql`${bits}::${sql.unsafe(`bit(${tests.length})`)}`
  }
}

/**
 * The kinds of elements to test. Fields that an account has from its identity, or from all its entitlements, cannot be tested
 * on a single entitlement.
 */
function kindsOf(list: ElementList, fields: ReadonlySet<string>): ElementKind[] {
  if (list === 'access') return ['grant', 'profile']
  const isOfWholeAccount = [...fields].some((field) => !field.startsWith('source.'))
  if (list === 'accounts') return isOfWholeAccount ? ['account'] : ['grant', 'login']
  return ['grant']
}
