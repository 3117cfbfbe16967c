import { PageTitle } from '../../shell/page-title.tsx'
import type { SignInOutcome } from '../../shell/sign-in-choices.ts'
import { outcomeTexts } from './texts.ts'

/** The reason why the last sign-in failed, with the groups of the user and the contact. */
export function Outcome({ outcome }: { readonly outcome: SignInOutcome }) {
  const { code, issuer, contact, name, groups = [], groupCount = 0, leavesGroupsOut } = outcome
  const { title, text } = outcomeTexts.of(code, issuer)
  const more = groupCount - groups.length
  return (
    <>
      <PageTitle>{title}</PageTitle>
      <p role="status">{text}</p>
      {name !== undefined && (
        <p>
          {outcomeTexts.signedInAs} <bdi>{name}</bdi>.
        </p>
      )}
      {code === 'NO_ACCESS' && (
        <>
          <p>{leavesGroupsOut ? outcomeTexts.groupsLeftOut : outcomeTexts.groups(groupCount)}</p>
          {groups.length > 0 && (
            <ul>
              {groups.map((group) => (
                <li key={group}>
                  <bdi>{group}</bdi>
                </li>
              ))}
            </ul>
          )}
          {more > 0 && <p>{outcomeTexts.more(more)}</p>}
        </>
      )}
      {outcomeTexts.isForAdministrator(code) && (
        <p>
          {outcomeTexts.ask} <bdi>{contact || outcomeTexts.administrator}</bdi>.
        </p>
      )}
    </>
  )
}
