import { addDescribed } from './add-people.ts'
import type { Account, Directory } from './directory.ts'
import type { Search } from './key-index.ts'
import { namedTexts } from './record-values.ts'

/**
 * Finds the identity of every account: by what its map names, else by mail address, user name and id. The first rule that
 * finds exactly one decides; one that finds several makes an orphan, and later ones do not rescue it. Where no source
 * defines people, the accounts are the people. Service accounts that no person has become identities of type service.
 */
export function correlateAccounts(directory: Directory): void {
  const definesPeople = directory.people.length > 0
  for (const account of directory.accounts) {
    if (!definesPeople) {
      account.person = addAsPerson(directory, account)
      continue
    }
    const found = identityOf(directory, account)
    if (account.fields.type === 'service') account.person = addService(directory, account, found)
    else if (found.kind === 'one') account.person = found.ordinal
    else {
      directory.addOrphan({
        source: account.source,
        value: account.id,
        place: account.place,
        reason: found.kind === 'several' ? 'ambiguous' : 'unknown',
        candidates: found.kind === 'several' ? found.ordinals.map((each) => directory.people[each]?.id ?? '') : [],
      })
    }
  }
}

function identityOf(directory: Directory, { identity, fields, id }: Account): Search {
  const { personKeys } = directory
  if (identity !== undefined && identity.value !== '') {
    return personKeys.findBy(identity.match.length > 0 ? identity.match : ['id', 'email', 'user_name'], identity.value)
  }
  for (const [keys, value] of [
    [['email'], fields.email],
    [['user_name', 'id'], fields.username],
    [['user_name', 'id', 'email'], id],
  ] as const) {
    if (value === undefined || value === '') continue
    const found = personKeys.findBy(keys, value)
    if (found.kind !== 'none') return found
  }
  return { kind: 'none' }
}

function addAsPerson(
  directory: Directory,
  { source, application, id, place, fields, attributes, keys }: Account,
): number {
  // Two applications of one source may have the same login for two people, or for one: the login decides.
  const before = directory.personOf(source, id)
  if (before !== undefined) return before
  const described = { id, place, fields, attributes, keys: { ...keys, [`account ${application}`]: id } }
  return addDescribed(directory, source, described, true)
}

function addService(directory: Directory, account: Account, owner: Search): number {
  const { source, application, id, place, fields, attributes } = account
  const own = directory.isIdTaken(id) ? `${application}:${id}` : id
  const person = owner.kind === 'one' ? directory.people[owner.ordinal] : undefined
  const withOwner = person === undefined ? attributes : namedTexts({ ...attributes, owner: person.id })
  // Not by its keys: the mail address of a service account is its owner's more often than not.
  return directory.addPerson({
    id: own,
    source,
    place,
    fields,
    attributes: withOwner,
    manager: undefined,
    isDerived: false,
  })
}
