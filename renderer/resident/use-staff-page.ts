import { useScreen } from '../flow/screen-store.ts';
import { useTerminal } from '../flow/terminal-store.ts';

/** From the resident's page to one of those that begin with a sign-in. A visit is asked about and ended first. */
export function useStaffPage() {
  const terminal = useTerminal();
  const screen = useScreen();

  function openPage(page: './staff.html' | './technician.html'): void {
    if (terminal.visit === null) {
      location.assign(page);
      return;
    }
    screen.openPanel(null);
    screen.isLeaveOpen = true;
  }
  return { openPage };
}
