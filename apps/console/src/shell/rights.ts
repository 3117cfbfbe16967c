import { type Right, type Session, sessionState } from './session.ts'
import { useStore } from './store.ts'

/** The session of the user; after its end, the ended session. */
export function useSession(): Session | undefined {
  const state = useStore(sessionState)
  return state.kind === 'signed-in' || state.kind === 'ended' ? state.session : undefined
}

/** Whether the user has a right. The services check it too; the page only avoids offering actions that they refuse. */
export function useMay(right: Right): boolean {
  return useSession()?.rights.includes(right) ?? false
}

/** Whether the user has a right and sees all people; a bounded reader does not. */
export function useMayForEverybody(right: Right): boolean {
  const may = useMay(right)
  const session = useSession()
  return may && session?.isBounded === false
}
