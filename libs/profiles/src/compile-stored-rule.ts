import { DomainError } from '@assay/errors'
import { compileMembershipRule, type MembershipRule } from './membership-rule.ts'

/** A stored rule, or the reason why it does not compile: another version stored it. */
type StoredRule =
  | { readonly rule: MembershipRule; readonly fault?: undefined }
  | { readonly rule?: undefined; readonly fault: string }

/** @param listAttributes see `compileMembershipRule` */
export function compileStoredRule(celExpression: string, listAttributes?: ReadonlySet<string>): StoredRule {
  try {
    return { rule: compileMembershipRule(celExpression, listAttributes) }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    // The message is stored with the profile. A pattern in it may have U+0000, which PostgreSQL does not store.
    return { fault: (error.violations[0]?.description ?? error.message).replaceAll('\u0000', '\ufffd') }
  }
}

/** A message for the person who is responsible for the profile. */
export function unreadableMessage(fault: string): string {
  return `The rule no longer compiles, and its members do not change until a user changes the rule. ${fault}`
}
