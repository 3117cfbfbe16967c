import type { Entry } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { memberRows, memberWords } from '../ledger/member-words.ts'
import { membersOf } from '../ledger/members.ts'
import { texts } from './texts.ts'

/** The values before and after a change, side by side; a word and bold text mark differences. */
export function ChangesTable({ entry }: { readonly entry: Entry }) {
  const { beforeJson, afterJson, erasedFields } = entry
  const rows = memberRows(membersOf(beforeJson), membersOf(afterJson))
  const isErased = ['before', 'after'].filter((field) => erasedFields.includes(field))
  if (rows.length === 0 && beforeJson === '' && afterJson === '' && isErased.length === 0) return <p>{texts.nothing}</p>
  return (
    <>
      {isErased.map((field) => (
        <p key={field}>
          {field === 'before' ? texts.before : texts.after}: {texts.erased}
        </p>
      ))}
      {rows.length > 0 && (
        <table className="table entry-changes">
          <thead>
            <tr>
              <th scope="col" className="words">
                {texts.member}
              </th>
              <th scope="col" className="words">
                {texts.before}
              </th>
              <th scope="col" className="words">
                {texts.after}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ member, before, after, isChanged }) => (
              <tr key={member}>
                <th scope="row">
                  {memberWords(member)}
                  {isChanged && <span className="for-readers"> ({texts.changed})</span>}
                </th>
                <td className="words">
                  <bdi>{before ?? '–'}</bdi>
                </td>
                <td className="words" data-changed={isChanged ? '' : undefined}>
                  <bdi>{after ?? '–'}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {(beforeJson !== '' || afterJson !== '') && (
        <details>
          <summary>{texts.asItIs}</summary>
          {beforeJson !== '' && (
            <>
              <h3>{texts.before}</h3>
              <pre className="json">{beforeJson}</pre>
            </>
          )}
          {afterJson !== '' && (
            <>
              <h3>{texts.after}</h3>
              <pre className="json">{afterJson}</pre>
            </>
          )}
        </details>
      )}
    </>
  )
}
