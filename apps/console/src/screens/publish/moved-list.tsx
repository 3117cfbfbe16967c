import type { ProfileDifference } from '@assay/contracts/assay/publication/v1/publication_service_pb'
import { formatCount } from '../../kit/figures.ts'
import { texts as kitTexts } from '../../kit/texts.ts'
import { texts } from './texts.ts'

/** The added and removed objects by name; of long lists only the first. */
export function MovedLists({ difference }: { readonly difference: ProfileDifference }) {
  const access = (list: ProfileDifference['addedEntitlements']) =>
    list.map((one) => [
      JSON.stringify([one.applicationId, one.entitlementId]),
      one.entitlementDisplayName || one.entitlementId,
    ]) as [string, string][]
  const people = (list: ProfileDifference['addedMembers']) =>
    list.map((one) => [one.identityId, one.identityDisplayName || one.identityId]) as [string, string][]
  const fields = difference.changedFields.map((name) => texts.fields[name as keyof typeof texts.fields] ?? name)
  return (
    <section className="stack" aria-label={texts.changes}>
      {fields.length > 0 && <p className="small">{texts.changedFields(fields)}</p>}
      <MovedList
        title={texts.addedAccess}
        count={difference.addedEntitlementCount}
        items={access(difference.addedEntitlements)}
      />
      <MovedList
        title={texts.removedAccess}
        count={difference.removedEntitlementCount}
        items={access(difference.removedEntitlements)}
      />
      <MovedList
        title={texts.addedMembers}
        count={difference.addedMemberCount}
        items={people(difference.addedMembers)}
      />
      <MovedList
        title={texts.removedMembers}
        count={difference.removedMemberCount}
        items={people(difference.removedMembers)}
      />
    </section>
  )
}

interface Props {
  readonly title: (count: number) => string
  readonly count: number
  readonly items: readonly (readonly [key: string, name: string])[]
}

function MovedList({ title, count, items }: Props) {
  if (count === 0) return null
  return (
    <details>
      <summary>{title(count)}</summary>
      <ul>
        {items.map(([key, name]) => (
          <li key={key}>
            <bdi>{name}</bdi>
          </li>
        ))}
        {count > items.length && <li>{kitTexts.andMore(formatCount(count - items.length))}</li>}
      </ul>
    </details>
  )
}
