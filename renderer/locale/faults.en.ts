import type { FaultCode } from '#contract/fault.ts';

/** The English of faults.zh.ts; what is said there about promises holds here. */
export const faultsEn: Record<FaultCode, { readonly resident: string; readonly staff: string }> = {
  'device.port-missing': {
    resident: 'A part of this machine is not connected and cannot be used now. Please ask staff.',
    staff:
      'Plug in the data cable and power of this device; if that does not help, check its channel in the configuration.',
  },
  'device.port-busy': {
    resident: 'A part of this machine cannot be used now. Please ask staff.',
    staff: 'Close the other program that uses this port.',
  },
  'device.open-failed': {
    resident: 'A part of this machine will not start and cannot be used now. Please ask staff.',
    staff:
      'Unplug the data cable of this device and plug it in again; if that does not help, check that the account may use the port.',
  },
  'device.silent': {
    resident:
      'A part of this machine does not answer. Please wait and try again. If it still fails, ask staff.',
    staff: 'Switch this device off, wait 10 seconds, and switch it on.',
  },
  'device.garbled': {
    resident: 'That did not work. Please try again. If it still fails, ask staff.',
    staff: 'Push in the data cable of this device; if this happens often, replace the cable.',
  },
  'device.frame-too-long': {
    resident: 'That did not work. Please try again. If it still fails, ask staff.',
    staff: 'Check that baudRate in the configuration is the one this device is set to.',
  },
  'device.refused': {
    resident: 'A part of this machine cannot do this step. Please ask staff.',
    staff:
      'Switch this device off, wait 10 seconds, and switch it on; if that does not help, call for repair.',
  },
  'device.unidentified': {
    resident: 'A part of this machine was not recognised and cannot be used now. Please ask staff.',
    staff: 'Check that the device on this port is the kind that the configuration names.',
  },
  'device.lost': {
    resident: 'A part of this machine was cut off. Please wait and try again. If it still fails, ask staff.',
    staff: 'Push in the data cable and power of this device; the terminal reconnects by itself.',
  },
  'device.disabled': {
    resident: 'This part of the machine is out of use for now. Please ask staff.',
    staff:
      'When it may be used again, switch it on in the technician’s console; where the configuration says enabled: false, change that.',
  },
  'device.not-ready': {
    resident:
      'A part of this machine is not ready yet. Please wait and try again. If it still fails, ask staff.',
    staff:
      'Wait one minute; if it is still not ready, check that this device has power and is in the configuration.',
  },
  'device.host-gone': {
    resident:
      'The card reader and printer are getting ready again. Please wait and try again. If it still fails, ask staff.',
    staff: 'Wait one minute; if they do not come back, restart this terminal.',
  },

  'card.read-failed': {
    resident: 'Your ID card was not read. Please put it down again and leave it still.',
    staff: 'Ask the resident to lay the ID card flat on the reader, with no other card near it.',
  },
  'card.not-id-card': {
    resident: 'This does not seem to be an ID card. Please put your ID card there.',
    staff: 'Look which card was used, and ask the resident for the ID card.',
  },
  'card.suspicious': {
    resident:
      'This card could not be checked. Please lift it and put it down again. If it still fails, ask staff.',
    staff: 'Try an ID card that is known to be good; if that one reads, check this resident at the counter.',
  },
  'card.unreadable-text': {
    resident:
      'The card was not read clearly. Please lift it and put it down again. If it still fails, ask staff.',
    staff: 'Read the card once more; if it fails again, check this resident at the counter.',
  },

  'code.garbled': {
    resident:
      'The code was not read clearly. Please brighten your phone and hold the code to the scanner again, or use your ID card.',
    staff:
      'Help to enlarge the code and hold it to the scanner; if it keeps failing, clean the scanner window.',
  },
  'code.scanner-fault': {
    resident: 'The scanner cannot be used now. Please use your ID card, or go to a window.',
    staff:
      'Check how the scanner is triggered, by its page in the manual; else unplug it and plug it in again.',
  },
  'code.needs-line': {
    resident:
      'The central platform cannot be reached, so codes cannot be checked. Please use your ID card, or go to a window.',
    staff: 'Check the network cable and router; until the line is back, residents use their ID cards.',
  },
  'code.unknown': {
    resident:
      'Nobody is known by this code. Please open your resident code and try again, or use your ID card.',
    staff: 'Look which code was shown: payment codes, health codes and codes on slips do not work here.',
  },
  'code.expired': {
    resident: 'This code is too old. Please refresh it on your phone and show it again, or use your ID card.',
    staff: 'Help to refresh the code on the phone; if it is always too old, check the clock of the phone.',
  },
  'code.used': {
    resident:
      'This code has been used already. Please refresh it on your phone and show it again, or use your ID card.',
    staff: 'Help to refresh the code on the phone: each code works once.',
  },
  'code.not-supported': {
    resident: 'Codes cannot be used here yet. Please use your ID card, or go to a window.',
    staff: 'The central platform does not resolve codes yet; until it does, the scanner can be disabled.',
  },
  'code.not-resolved': {
    resident:
      'The central platform could not check this code. Please refresh it and try again, or use your ID card.',
    staff: 'Let the resident use the ID card; if it happens often, tell the platform administrator when.',
  },

  'camera.missing': {
    resident: 'There is no camera for papers now. Please show the original to staff.',
    staff: 'Plug in the camera’s cable; compare `label` of `camera` in the configuration.',
  },
  'camera.denied': {
    resident: 'This machine may not take photos now. Please show the original to staff.',
    staff: 'Allow the camera for this machine’s own page in the browser’s policy, and reload.',
  },
  'camera.busy': {
    resident: 'The camera cannot be used now. Try again, or show the original to staff.',
    staff: 'Close the other program that holds the camera.',
  },
  'camera.lost': {
    resident: 'The camera went away; your pages are kept. Try again, or show the original to staff.',
    staff: 'Push in the camera’s cable; if it happens often, replace it.',
  },
  'camera.black': {
    resident: 'The camera sees nothing. Is something lying on it? Then try again.',
    staff: 'Open its lid and turn on its light; if it stays black, replace it.',
  },
  'camera.failed': {
    resident: 'The photo did not work. Try again, or show the original to staff.',
    staff: 'Pull the camera’s cable and push it in again; then restart this machine.',
  },
  'paper.not-a-photo': {
    resident: 'This photo cannot be used. Please take it again.',
    staff: 'Take it again; if it happens again and again, replace the camera.',
  },
  'paper.too-large': {
    resident: 'This photo is too large. Please take it again.',
    staff: 'Make `widthPx` and `heightPx` of `camera` smaller in the configuration.',
  },
  'paper.broken-off': {
    resident: 'The photo was not kept. Touch again, or take it again.',
    staff: 'Take it again; if it happens again and again, restart this machine.',
  },
  'paper.too-many': {
    resident: 'There is no room for more photos. Please show the other pages to staff.',
    staff: 'Take the other pages at the window.',
  },
  'printer.paper-out': {
    resident:
      'The printer has no paper. This does not affect your visit. You can photograph the number on the screen.',
    staff: 'Open the printer and put in a new roll of paper.',
  },
  'printer.paper-near-end': {
    resident: 'The printer is low on paper. You can go on.',
    staff: 'Have a new roll ready, and change it when nobody is using the terminal.',
  },
  'printer.cover-open': {
    resident: 'The printer cover is open. This does not affect your visit. Please ask staff.',
    staff: 'Close the printer cover until it clicks.',
  },
  'printer.cutter': {
    resident: 'The paper cutter is stuck. This does not affect your visit. Please ask staff.',
    staff: 'Switch the printer off, take out the paper stuck in the cutter, and switch it on.',
  },
  'printer.hardware': {
    resident: 'The printer is broken and cannot print. This does not affect your visit. Please ask staff.',
    staff:
      'Switch the printer off, wait 10 seconds, and switch it on; if that does not help, call for repair.',
  },
  'printer.offline': {
    resident: 'The printer cannot print now. This does not affect your visit. Please ask staff.',
    staff:
      'Look at the lights of the printer, close its cover, check the paper, and press the feed button once.',
  },
  'printer.unconfirmed': {
    resident:
      'The slip may not have printed well. Please look where the paper comes out. This does not affect your visit.',
    staff:
      'Look for a whole slip in the printer; if there is none, the resident can print another on the screen.',
  },

  'platform.unreachable': {
    resident:
      'We cannot reach the main office now. What you submit is kept at this station and sent later by itself.',
    staff: 'Check the network cable and the router; the terminal sends what waits once the network is back.',
  },
  'platform.timeout': {
    resident:
      'The main office has not answered yet. What you submit is kept at this station and sent again by itself.',
    staff:
      'Check the network speed; if other sites work well, tell the platform administrator that answers are slow.',
  },
  'platform.not-authorised': {
    resident:
      'The main office does not know this machine yet. What you submit is kept at this station. Please ask staff.',
    staff:
      'Ask the platform administrator how this terminal is registered, and whether a proxy in between refuses it.',
  },
  'platform.rejected': {
    resident:
      'The main office did not take this. What you have submitted is still at this station. Please ask staff.',
    staff: 'Note the receipt number, and ask the platform administrator why it was not taken.',
  },
  'platform.conflict': {
    resident:
      'The main office holds something different. Your application is still at this station. Please ask staff.',
    staff: 'Note the receipt number, and ask the platform administrator to compare both sides.',
  },
  'platform.too-old': {
    resident:
      'This waited too long: the main office does not take it any more. It is still at this station. Please ask staff to receive it anew.',
    staff: 'Note the receipt number, reach the resident, receive it anew, then hand the old one over.',
  },
  'platform.busy': {
    resident: 'The main office is busy. What you submit is kept at this station and sent again by itself.',
    staff: 'Do nothing, the terminal sends again; if it lasts over an hour, tell the platform administrator.',
  },
  'platform.failed': {
    resident:
      'The main office has a fault of its own. What you submit is kept at this station and sent again by itself.',
    staff: 'Tell the platform administrator at what time this happened.',
  },
  'platform.nonsense': {
    resident:
      'The answer of the main office was not clear. What you submit is kept at this station and sent again by itself.',
    staff: 'Check that platform.url in the configuration is the address of the platform.',
  },
  'platform.too-large': {
    resident:
      'The answer of the main office was too long. What you submit is kept at this station and sent again by itself.',
    staff: 'Tell the platform administrator the time and the code in the log.',
  },
  'platform.untrusted': {
    resident:
      'We did not reach the main office. What you submit is kept at this station and sent again by itself.',
    staff:
      'Check date and time of this machine; if they are right, tell the platform administrator the code in the details: its certificate has expired or is not trusted.',
  },
  'platform.redirected': {
    resident:
      'We did not reach the main office. What you submit is kept at this station and sent again by itself.',
    staff:
      'Check whether the network wants a login page first; if not, check platform.url in the configuration.',
  },
  'platform.attachments-missing': {
    resident:
      'Pictures or the signature are still on their way and are sent again by themselves. What you submitted is safe here.',
    staff:
      'Nothing to do: they are sent again. If it lasts an hour, ask the platform’s administrator to check its attachments.',
  },
  'platform.uploads-full': {
    resident:
      'Pictures or the signature can be sent only later, and are sent by themselves. What you submitted is safe here.',
    staff:
      'Nothing to do: they are sent later by themselves, and what has none is sent as always. If it lasts a day, tell the platform’s administrator.',
  },
  'platform.attachment-damaged': {
    resident:
      'A picture or the signature did not arrive whole and is sent again by itself. What you submitted is safe here.',
    staff: 'Nothing to do: it is sent again. If it keeps happening, have the network line checked.',
  },
  'platform.terminal-unknown': {
    resident:
      'The main office does not know this machine yet. What you submit is kept at this station. Please ask staff.',
    staff:
      'Ask the platform administrator for an enrolment code, and enrol this terminal with npm run enrol. What waits is then sent by itself.',
  },
  'platform.terminal-revoked': {
    resident:
      'The main office has shut this machine out. What you submit is kept at this station. Please ask staff.',
    staff:
      'Ask the platform administrator why. If it may come back, he issues a new code; enrol this terminal with it.',
  },
  'platform.replayed': {
    resident:
      'The main office did not take it this time. What you submit is kept here and sent again by itself.',
    staff:
      'Nothing to do: it is sent again under another number. If it goes on, tell the platform administrator.',
  },
  'platform.clock-skew': {
    resident:
      'The clocks here and at the main office differ. What you submit is kept here and sent again by itself.',
    staff:
      'Set the date and time of this machine and let it follow a time server. If that does not help, ask the platform administrator about his clock.',
  },
  'platform.signature-refused': {
    resident:
      'The main office did not recognise this machine. What you submit is kept at this station. Please ask staff.',
    staff:
      'Check platform.url in the configuration. With a proxy in between, ask the platform administrator about YIZHAN_PLATFORM_PUBLIC_URL.',
  },
  'identity.not-enrolled': {
    resident:
      'This machine is not registered yet. What you submit is kept at this station and sent once it is.',
    staff:
      'Get an enrolment code from the platform administrator, and enrol this terminal with npm run enrol.',
  },
  'identity.key-unreadable': {
    resident: 'This machine lost its own papers. What you submit is kept at this station. Please ask staff.',
    staff:
      'Do not delete the folder keys. Ask the platform administrator to revoke this terminal and to issue a new code, and enrol it again.',
  },
  'enrolment.code-malformed': {
    resident: 'The code is not right. Please ask staff.',
    staff: 'Compare it with the paper and type it again: four groups of four.',
  },
  'enrolment.code-unknown': {
    resident: 'The code is not right. Please ask staff.',
    staff:
      'Check that the code was issued for the terminal and station of this configuration. If so, ask for a new one.',
  },
  'enrolment.code-used': {
    resident: 'The code was used already. Please ask staff.',
    staff: 'A code works once. Ask the platform administrator for a new one.',
  },
  'enrolment.code-expired': {
    resident: 'The code is too old. Please ask staff.',
    staff: 'Ask the platform administrator for a new code.',
  },
  'enrolment.already-enrolled': {
    resident: 'The main office knows another machine by this name. Please ask staff.',
    staff:
      'Check whether two terminals have the same id. For a replacement, the administrator revokes the old one first, then issues a code.',
  },
  'enrolment.key-in-use': {
    resident: 'This machine has the papers of another one. Please ask staff.',
    staff:
      'Its data looks copied from another terminal. Enrol once more; if that does not help, tell the platform administrator.',
  },

  'fleet.no-key': {
    resident: 'This machine serves you as always.',
    staff:
      'This terminal holds no key of the platform for orders: enrol it again, or wait for the next report; compare the thumbprint with npm run platform -- fleet key.',
  },
  'fleet.signature-wrong': {
    resident: 'This machine serves you as always.',
    staff:
      'What came as an order is not signed by the pinned key, and was not followed. Check the platform’s address and the key’s thumbprint; enrol the terminal again if the platform has another key.',
  },
  'fleet.malformed': {
    resident: 'This machine serves you as always.',
    staff: 'The order is none, and was not followed. Tell the platform’s operator.',
  },
  'fleet.not-ours': {
    resident: 'This machine serves you as always.',
    staff:
      'The order is to another terminal, and was not followed. Enrol this one again if its disk was copied.',
  },
  'fleet.too-early': {
    resident: 'This machine serves you as always.',
    staff:
      'The order is not good yet, and was not followed. Compare the clocks of terminal and platform, and order it again.',
  },
  'fleet.expired': {
    resident: 'This machine serves you as always.',
    staff: 'The order is too old, and was not followed. Order it again if it is still wanted.',
  },
  'fleet.replayed': {
    resident: 'This machine serves you as always.',
    staff:
      'The order was followed before, and not again. Should that go on, look at the line to the platform.',
  },
  'fleet.unknown-order': {
    resident: 'This machine serves you as always.',
    staff: 'This program does not know such an order, and did not follow it. Update the terminal first.',
  },
  'fleet.interrupted': {
    resident: 'This machine serves you as always.',
    staff:
      'The program ended while it followed the order, and does not do it again. See how the terminal is, and order it again if need be.',
  },
  'fleet.not-here': {
    resident: 'This machine serves you as always.',
    staff: 'Nothing on this terminal does that. Install it on the spot.',
  },
  'fleet.program-by-hand': {
    resident: 'This machine serves you as always.',
    staff:
      'The program of this terminal comes by its package, not by an order: the deb from the district’s apt repository, AppImage and Windows setup by hand. The present one goes on. Publish the new version there, or send somebody to install it.',
  },
  'parcel.no-key': {
    resident: 'This machine serves you as always.',
    staff:
      'The configuration names no key for packages (parcels.verifyWith); nothing was taken. Write it into the terminal’s file and order it again.',
  },
  'parcel.signature-wrong': {
    resident: 'This machine serves you as always.',
    staff:
      'The package is not signed by the key that this machine goes by; what was in force stays. Find out who made it, and with which key.',
  },
  'parcel.malformed': {
    resident: 'This machine serves you as always.',
    staff: 'The manifest of the package is none; what was in force stays. Make the package anew.',
  },
  'parcel.other-kind': {
    resident: 'This machine serves you as always.',
    staff:
      'The order asks for another kind of package than the manifest is of; nothing was taken. Check the manifest and order it again.',
  },
  'parcel.other-version': {
    resident: 'This machine serves you as always.',
    staff:
      'The manifest that came is not the one that was ordered; what was in force stays. Tell the platform’s operator.',
  },
  'parcel.damaged': {
    resident: 'This machine serves you as always.',
    staff:
      'The file of the package is not whole, or was changed; what was in force stays. Order it again; if that does not help, add the package to the platform anew.',
  },
  'parcel.too-large': {
    resident: 'This machine serves you as always.',
    staff: 'The package is larger than one of its kind may be; nothing was taken. Make a smaller one.',
  },
  'parcel.needs-newer': {
    resident: 'This machine serves you as always.',
    staff: 'The package needs a newer program; nothing was taken. Update the terminal first.',
  },
  'parcel.not-ours': {
    resident: 'This machine serves you as always.',
    staff:
      'The configuration is that of another terminal or station; what was in force stays. Check terminal, station and region in the package.',
  },
  'parcel.config-refused': {
    resident: 'This machine serves you as always.',
    staff:
      'The terminal could not start with this configuration; what was in force stays. The log says file, line and key; mend it and make the package anew.',
  },
  'parcel.catalogue-refused': {
    resident: 'This machine serves you as always.',
    staff:
      'An item of the catalogue is not whole; the one in force stays. The log says which; mend it and make the package anew.',
  },
  'parcel.no-room': {
    resident: 'This machine serves you as always.',
    staff:
      'The disk has no room for the package beside its reserve; nothing was taken. Make room and order it again.',
  },
  'parcel.unknown': {
    resident: 'This machine serves you as always.',
    staff:
      'The platform has no such package. Add it with npm run platform -- parcel add, and order it again.',
  },
  'parcel.replaced': {
    resident: 'This machine serves you as always.',
    staff:
      'A newer order of the same kind came before this one was done, and is followed in its place. Nothing to do.',
  },
  'parcel.not-ready': {
    resident: 'This machine serves you as always.',
    staff:
      'The terminal did not become ready under it, and what was in force before is in force again. See the log, mend it and make the package anew.',
  },
  'update.request-wrong': {
    resident: 'This machine serves you as always.',
    staff:
      'What was asked for, or a file that it names, is not what it should be; nothing was changed. Order it again; should that go on, see whether somebody has been at this terminal.',
  },
  'update.older': {
    resident: 'This machine serves you as always.',
    staff:
      'That version is older than the one here and not the one before it; nothing was changed. If it is wanted all the same, install it on the spot.',
  },
  'update.not-whole': {
    resident: 'This machine serves you as always.',
    staff:
      'The new version could not be laid out, or its self-test failed; nothing was changed. journalctl -u yizhan-update says what is lacking; mend it and order it again.',
  },
  'update.no-way-back': {
    resident: 'This machine serves you as always.',
    staff:
      'The version that runs could not read the database behind it, so that there would be no way back; nothing was changed. Take the version in between first.',
  },
  'update.crashed': {
    resident: 'This machine serves you as always.',
    staff:
      'The new version crashed while it was tried, and the one before is in force again; all that was received is there. See the log, mend it and order it again.',
  },
  'store.schema-unknown': {
    resident: 'This machine cannot take applications now. Please ask staff.',
    staff: 'Install the program version that goes with this database; do not delete the database.',
  },
  'store.not-durable': {
    resident: 'This machine cannot take applications now. Please ask staff.',
    staff: 'Put the data folder on the disk of this machine, not on a network drive or a USB stick.',
  },
  'store.in-use': {
    resident: 'This machine cannot take applications now. Please ask staff.',
    staff: 'Another program uses the data: stop this terminal first, then run the command again.',
  },
  'store.other-user': {
    resident: 'This machine cannot take applications now. Please ask staff.',
    staff:
      'The data folder is another user’s: run it as that one (an installed terminal: sudo -u yizhan …); files that were written there already go back to it by chown.',
  },
  'store.full': {
    resident: 'This machine has no room left, so this step was not done. Please use {desk}.',
    staff:
      'Free disk space outside the data folder; if there is space, the numbers of the day are used up, so use another terminal.',
  },
  'store.corrupt': {
    resident:
      'This machine failed, and this step may not be saved. Please go to {desk}; staff will look first.',
    staff:
      'Wait until the terminal has started again, then look whether the application was received. Have the disk checked; do not delete the data folder.',
  },
  'store.failed': {
    resident:
      'This machine failed, and this step may not be saved. Please go to {desk}; staff will look first.',
    staff:
      'Wait until the terminal has started again, then look whether the application was received. If it fails again, take it out of use and have the disk checked; do not delete the data folder.',
  },
  'store.key-missing': {
    resident: 'This machine cannot take applications now. Please ask staff.',
    staff: 'Put the key file back from the backup (the log names it); do not make a new one.',
  },
  'store.attachment-gone': {
    resident:
      'A picture or the signature of this application was damaged. Please ask staff to hand it in again.',
    staff: 'Ask the applicant for the papers again, and have the disk of this terminal checked.',
  },
  'store.suite-missing': {
    resident: 'This machine cannot take applications now. Please ask staff.',
    staff:
      'Use the program for this machine that has the cipher suite named in the log, or correct sealing.suite.',
  },

  'config.unreadable': {
    resident: 'This machine is not set up yet. Please ask staff.',
    staff: 'Check that the file named in the log exists and can be opened.',
  },
  'config.syntax': {
    resident: 'This machine is not set up yet. Please ask staff.',
    staff: 'Correct the configuration file at the line that is named.',
  },
  'config.unknown-key': {
    resident: 'This machine is not set up yet. Please ask staff.',
    staff: 'Remove or correct the unknown key at the line that is named.',
  },
  'config.missing-key': {
    resident: 'This machine is not set up yet. Please ask staff.',
    staff: 'Add the key that is named to the configuration.',
  },
  'config.wrong-type': {
    resident: 'This machine is not set up yet. Please ask staff.',
    staff: 'Correct the line that is named: numbers without quotes, text with quotes.',
  },
  'config.wrong-value': {
    resident: 'Something on this machine is not set up right. Please ask staff.',
    staff: 'Give the key that is named one of the values it allows.',
  },

  'api.malformed': {
    resident: 'That step was not done. Please press once more. If it still fails, ask staff.',
    staff: 'Reload the page on the screen; if it happens again, restart this terminal.',
  },
  'api.too-large': {
    resident: 'That was too long and was not taken in. Please make it shorter and try again.',
    staff: 'Help the resident to write less here, or to sign again.',
  },
  'api.unknown-procedure': {
    resident: 'This screen cannot do that step. Please ask staff.',
    staff: 'Reload the page, so that page and terminal are of the same version.',
  },
  'api.forbidden': {
    resident: 'This screen cannot be used yet. Please ask staff.',
    staff: 'Open the page again with the full address that the terminal gave when it started.',
  },
  'api.failed': {
    resident: 'That step was not done. Please press once more. If it still fails, ask staff.',
    staff: 'Restart this terminal, and tell the technician at what time this happened.',
  },

  'access.wrong-pin': {
    resident: 'The staff number or the PIN is wrong. Please type them again.',
    staff: 'Check the staff number. A technician can set a new PIN.',
  },
  'access.locked': {
    resident: 'The PIN was wrong too often. Please try again later.',
    staff: 'Wait a few minutes, or ask a technician for a new PIN.',
  },
  'access.busy': {
    resident: 'Many people are signing in now. Please try again in a few seconds.',
    staff: 'Try again in a few seconds.',
  },
  'access.signed-out': {
    resident: 'You are signed out. Please sign in again.',
    staff: 'Sign in again. The queue is as it was.',
  },
  'access.pin-weak': {
    resident: 'A PIN has six to twelve digits and is not easy to guess.',
    staff: 'Choose another PIN, not a row of numbers and not the same number again and again.',
  },
  'access.account-exists': {
    resident: 'That staff number is there already.',
    staff: 'Choose another staff number, or set a new PIN for this one.',
  },
  'access.account-unknown': {
    resident: 'There is no such staff number.',
    staff: 'List the staff numbers and compare.',
  },
  'access.not-admitted': {
    resident: 'This computer is not admitted yet. Please ask a technician.',
    staff: 'Enter the six digits that this computer shows at the terminal.',
  },
  'access.code-unknown': {
    resident: 'No computer shows these digits.',
    staff: 'Look at the six digits that the computer shows now, and enter them again.',
  },
  'access.browser-unknown': {
    resident: 'There is no computer of that name.',
    staff: 'List the admitted computers and compare the name.',
  },
  'access.visit-open': {
    resident: 'Somebody is using this machine.',
    staff: 'A resident is using this machine: wait, or agree with that person to leave first.',
  },
  'access.permit-wrong': {
    resident: 'The code is wrong. Please check it and type it again.',
    staff: 'Check the sixteen digits; a code is for one terminal only.',
  },
  'access.permit-early': {
    resident: 'The time of this code has not begun.',
    staff: 'Check this terminal’s clock; if it is right, wait until the code begins.',
  },
  'access.permit-over': {
    resident: 'The time of this code is over.',
    staff: 'Check this terminal’s clock; if it is right, ask the platform’s operator for another code.',
  },
  'access.permit-clock': {
    resident: 'The time of the code is far from this terminal’s clock.',
    staff: 'Most likely date and time of this terminal are wrong: set them, then type the code again.',
  },
  'access.permit-revoked': {
    resident: 'This code was revoked.',
    staff: 'Ask the platform’s operator for another code.',
  },
  'access.card-unknown': {
    resident: 'This card is not registered. Please type staff number and PIN.',
    staff:
      'This card is not registered. Sign in with number and PIN, and register it on the page My account.',
  },
  'access.card-expired': {
    resident: 'This card has expired. Please type staff number and PIN.',
    staff: 'This card has expired. Sign in with number and PIN, and register the new card once you have it.',
  },
  'access.card-locked': {
    resident: 'Too many cards that are not registered. Wait a while, or type staff number and PIN.',
    staff: 'Too many cards that are not registered. Sign in with number and PIN, or try again later.',
  },
  'access.card-taken': {
    resident: 'This card is registered for another staff number.',
    staff: 'This card is another staff number’s: that person, or a technician, removes it first.',
  },
  'access.card-none': {
    resident: 'This staff number has no card.',
    staff: 'Nothing is to be done.',
  },
  'access.first-role': {
    resident: 'That staff number cannot begin this step.',
    staff: 'A technician enters number and PIN first, then the second person.',
  },
  'access.second-needed': {
    resident: 'This step takes two people: another member of staff enters their own staff number and PIN.',
    staff: 'Ask a colleague who may to confirm it within five minutes, here or at another computer.',
  },
  'access.second-same': {
    resident: 'The second person cannot be you. Please ask another member of staff.',
    staff: 'Ask a colleague to confirm with their own staff number and PIN.',
  },
  'access.second-role': {
    resident: 'That staff number cannot confirm this step.',
    staff:
      'Ask a technician or somebody of a window; to close the last technician account, somebody of a window.',
  },
  'access.second-over': {
    resident: 'Nothing waits to be confirmed: it is too late, was given up, is done, or was changed.',
    staff: 'Begin again, and let a colleague confirm it within five minutes.',
  },
  'lan.certificate-unusable': {
    resident: 'The windows cannot use this machine now. Please ask staff.',
    staff:
      'See that the date and time of this machine are right, then check the certificate and key of lan.certificate in the configuration: readable, belonging together, in force.',
  },
  'lan.port-busy': {
    resident: 'The windows cannot use this machine now. Please ask staff.',
    staff:
      'Close the program that holds the port lan.port of the configuration; the door opens within a minute.',
  },
  'lan.cannot-listen': {
    resident: 'The windows cannot use this machine now. Please ask staff.',
    staff:
      'For a technician: is the network cable in, is lan.host of the configuration an address of this machine by now, is lan.port below 1024 (mostly not allowed)? It is tried again every minute.',
  },

  'terminal.decommissioned': {
    resident: 'This machine is no longer in use. Please go to {desk}.',
    staff:
      'This terminal was decommissioned and its keys destroyed: to use the machine again, give it a new data folder and enrol it anew.',
  },
  'technician.device-unknown': {
    resident: 'This is for a technician. Please ask a member of staff.',
    staff: 'No device of that name is configured: reload the page.',
  },
  'technician.device-off': {
    resident: 'This is for a technician. Please ask a member of staff.',
    staff: 'The device is switched off: switch it on first.',
  },
  'technician.visit-open': {
    resident: 'This is for a technician. Please ask a member of staff.',
    staff:
      'A resident is at the machine: wait until the visit has ended. Put it out of service first, and nobody follows.',
  },
  'technician.in-service': {
    resident: 'This is for a technician. Please ask a member of staff.',
    staff: 'Put the terminal out of service first.',
  },
  'technician.burn-in-runs': {
    resident: 'This is for a technician. Please ask a member of staff.',
    staff: 'A burn-in is running: wait for its end, or stop it first.',
  },
  'technician.store-too-large': {
    resident: 'This is for a technician. Please ask a member of staff.',
    staff:
      'The database is too large to be checked while the terminal runs: restart the program, which checks it.',
  },
  'technician.file-unreadable': {
    resident: 'This is for a technician. Please ask a member of staff.',
    staff: 'The file does not read: check its path and permissions, or put a new one in its place.',
  },
  'technician.at-kiosk': {
    resident: 'This is for a technician. Please ask a member of staff.',
    staff: 'Nothing can be saved at the kiosk: sign in from a computer of the station and download it there.',
  },
  'technician.folder-refused': {
    resident: 'This is for a technician. Please ask a member of staff.',
    staff: 'A log is written to a stick only: give its folder, such as /media/usb.',
  },
  'technician.not-written': {
    resident: 'This is for a technician. Please ask a member of staff.',
    staff: 'The file was not written: check that the stick is in, has room and is not write-protected.',
  },
  'technician.other-terminal': {
    resident: 'This is for a technician. Please ask a member of staff.',
    staff: 'That is not the id of this terminal: type it as it stands on the screen.',
  },
  'technician.leftovers': {
    resident: 'This is for a technician. Please ask a member of staff.',
    staff:
      'Something here is not sent or not settled, and the terminal cannot be decommissioned: settle each line of the list first.',
  },
  'station.clock-wrong': {
    resident:
      'The date of this machine is wrong, so it cannot receive anything now. Please go to {desk}, or use another machine.',
    staff:
      'The date is wrong, and numbers would carry it: set the clock of the machine (a board that forgets the time needs a new battery). It serves again by itself.',
  },
  'station.out-of-service': {
    resident: 'This machine is being serviced. Please go to {desk}, or use another machine.',
    staff: `The terminal is in service mode: when the work is done, a technician ends it in the technician's console.`,
  },
  'visit.none': {
    resident:
      'This visit has ended. What was not submitted is cleared; what was submitted is safe. Please start from the first page.',
    staff:
      'Help the resident to start again from the first page; look up what was submitted by its receipt number.',
  },
  'visit.wrong-step': {
    resident: 'That step is not possible now. Please follow what the screen says.',
    staff:
      'Look at the page with the resident; if it does not go on, end the visit and start from the first page.',
  },
  'item.unknown': {
    resident: 'This service was not found. Please choose again on the first page, or ask staff.',
    staff: 'Ask the platform administrator whether this service is still open to this station.',
  },
  'regions.broken': {
    resident: 'The list of places cannot be used for now. Please type the address.',
    staff:
      'The table of regions is wrong: tell the platform administrator to mend regions.csv. The table before it stays in use.',
  },
  'item.broken': {
    resident: 'This machine cannot offer this service for now. Please ask staff.',
    staff:
      'Give the name of the service to the platform administrator for repair, and serve the resident at the counter.',
  },
  'draft.needs-card': {
    resident:
      'This cannot be submitted now, only kept as a draft; that needs your ID card, so that nobody else can open it. Lay down your card, or ask staff.',
    staff:
      'If the card reader is broken, take the case at the counter; with the network back, no card is needed.',
  },
  'item.not-offline': {
    resident: 'This service needs the main office, and we cannot reach it now. Please ask staff.',
    staff: 'Check the network cable and the router; take urgent cases at the counter.',
  },
  'item.guide-only': {
    resident: 'This machine only explains this service. Please go to the counter for it.',
    staff: 'Send the resident to the counter that the guide names.',
  },
  'item.closed': {
    resident: 'This service is closed at this hour. Please look at the hours in the guide.',
    staff: 'Tell the resident when to come back; the hours are set by the owner of the item.',
  },
  'catalogue.empty': {
    resident: 'There is no service on this machine yet. Please ask staff.',
    staff: 'Check the network, so that the terminal can fetch its services from the platform once.',
  },
  'chain.unknown': {
    resident:
      'This one-thing service is not on this machine, or its items cannot be done now. Please ask staff.',
    staff: 'Check the chains of the platform’s catalogue, and the items that this terminal may offer.',
  },
  'intake.incomplete': {
    resident: 'Something still has to be filled in or changed. Please follow the screen, then submit.',
    staff: 'Help the resident to fill in each thing that the page names.',
  },
  'intake.consent-missing': {
    resident:
      'One notice needs your agreement before you can go on. Please ask staff if anything is unclear.',
    staff: 'Explain the notice; the resident alone decides whether to agree.',
  },
  'intake.attachments-refused': {
    resident:
      'The pictures are too large or too many, so this step was not done. Please take fewer, or ask staff.',
    staff: 'Help the resident to take the pictures again, or take the papers at a window.',
  },
  'print.no-job': {
    resident:
      'There is no slip to print. Your application is not affected. You can photograph the number on the screen.',
    staff: 'Write down the receipt number for the resident.',
  },
  'print.kiosk-busy': {
    resident: 'Somebody is using the kiosk. The slip is printed afterwards.',
    staff:
      'Somebody is at the kiosk, and the slip would come out before a stranger: print it again when that person has finished.',
  },
  'case.not-shown': {
    resident: 'This cannot be rated or refused now. Please look it up again, or ask the staff.',
    staff: 'Have the resident look the case up again: it is not closed, or was rated or refused before.',
  },

  'progress.none': {
    resident: 'Nothing was found. Please compare number and code with your slip, or lay down your ID card.',
    staff:
      'Let the resident use the ID card. Number and code stand on the slip; after ten wrong codes a day only the card finds it.',
  },
  'progress.too-many': {
    resident:
      'Too many wrong numbers were tried at this machine. Please try again in ten minutes, or ask a member of staff.',
    staff: 'It goes on by itself after ten minutes. If nobody was asking, tell the technician.',
  },
  'progress.busy': {
    resident:
      'The central platform has much to do just now. Please try again in a moment, or ask a member of staff.',
    staff:
      'It is not this machine: try again in a minute or two. If it lasts over half an hour, tell the platform administrator.',
  },
  'progress.not-a-slip': {
    resident:
      'This code is not on a slip of ours. Please scan the code of your slip, or look it up another way.',
    staff: 'It may be a resident code or one from elsewhere: help the resident to use the ID card.',
  },
  'progress.needs-line': {
    resident:
      'The central platform cannot be reached, so the newest progress is not known here. Please come back later, or call.',
    staff: 'Check the network. What this machine knows is on the screen; look up the rest on the platform.',
  },
  'progress.no-answer': {
    resident: 'The central platform cannot answer now. Please try again later, or ask a member of staff.',
    staff:
      'The log has the reason: tell the technician. The list of cases on the platform can help the resident meanwhile.',
  },
  'progress.moved': {
    resident:
      'This is not to be corrected any more, or your correction is on its way. Please go back and look again.',
    staff:
      'Look at the state of the case on the platform; a correction that could not be sent is among the parked ones.',
  },
  'progress.form-changed': {
    resident: 'The form has changed since, so it cannot be corrected here. Please go to a window.',
    staff:
      'The version of the form it was filled in by was replaced: take the correction at the window and pass it to the office.',
  },
  'parked.unknown': {
    resident: 'A member of staff must do this. Please go to a window.',
    staff:
      'This application is not on this terminal: check the number, or look on the terminal that received it.',
  },
  'parked.settled': {
    resident: 'A member of staff must do this. Please go to a window.',
    staff: 'Somebody else dealt with it already, or it is being sent: load the list again.',
  },
  'parked.item-gone': {
    resident: 'A member of staff must do this. Please go to a window.',
    staff: 'The version of the form it was filled in by is gone: hand it over, or have it filled in again.',
  },
  'queue.not-here': {
    resident: 'No numbers are given out here. Please go straight to a window.',
    staff: 'The configuration of this terminal has no "queue".',
  },
  'queue.ticket-unknown': {
    resident: 'There is no such number today. Please look at your slip, or ask a member of staff.',
    staff:
      'No such number today: check number and date. A number of yesterday is over; have a new one taken.',
  },
  'queue.wrong-state': {
    resident: 'This cannot be done with this number now. Please ask a member of staff.',
    staff: 'Somebody else dealt with this number, or it is over: look in the list where it is now.',
  },
  'queue.other-window': {
    resident: 'This number is at another window. Please look at the board.',
    staff: 'This number is at another window: look in the list, or ask that window to transfer it.',
  },
  'queue.line-unknown': {
    resident: 'Nobody queues for this here. Please ask a member of staff.',
    staff: 'The configuration has no line of this letter: check queue.lines.',
  },
  'queue.line-closed': {
    resident: 'No more numbers are given today. If it is urgent, please ask a member of staff.',
    staff: 'The time of the last number is over; whom you will still serve, add at the window as a walk-in.',
  },
  'queue.nobody-waits': {
    resident: 'Nobody is waiting now.',
    staff: 'Nobody waits in the lines that this window serves.',
  },
  'queue.window-closed': {
    resident: 'This window does not serve now. Please look at the board.',
    staff: 'This window is not open, or it pauses: open it first, then call.',
  },
  'queue.window-busy': {
    resident: 'This window is busy. Please wait a moment.',
    staff: 'First say of the one before: here, finished, or did not come. Then call the next one.',
  },
  'queue.window-taken': {
    resident: 'Somebody else uses this window now.',
    staff: 'A colleague is signed in at this window: have it closed there first, or take another window.',
  },
  'queue.too-soon': {
    resident: 'Please wait a moment, then touch again.',
    staff: 'Too soon: wait some seconds and press again. Old people need time to come.',
  },
  'queue.recalled-enough': {
    resident: 'It was called several times. Please go to the window.',
    staff: 'Called as often as may be: press "did not come"; who comes back in time is called again.',
  },
  'queue.return-late': {
    resident: 'This number was missed too long ago. Please take a new one.',
    staff: 'It was missed longer ago than is allowed: have a new number taken, or call it from the list.',
  },
  'queue.ticket-void': {
    resident: 'This number was called twice and nobody came: it is no longer good. Please take a new one.',
    staff: 'Missed as often as a number may be: have a new one taken, or serve the person as a walk-in.',
  },
  'queue.ticket-over': {
    resident: 'This number is done or was given up. If there is more to do, please take a new one.',
    staff: 'The number is over: check the slip; for more, have a new one taken.',
  },
  'queue.ticket-away': {
    resident: 'A window is working on this number, or keeps it for you. Please go back to that window.',
    staff:
      'The number is at a window, or was put aside by one: send the person there, or resume it from the list.',
  },
  'queue.slip-of-another-day': {
    resident: 'This slip is not of today and is no longer good. Please take a new number.',
    staff: 'A slip of another day: numbers end with their day. Have a new one taken.',
  },
  'queue.not-a-slip': {
    resident:
      'This is not the code of a number slip. Please scan the square code on the slip, or type the number.',
    staff: 'What was scanned is no code of the queue: look at the slip, or type the number.',
  },
  'queue.booking-unknown': {
    resident: 'No booking has this number. Please compare it with your message, or take an ordinary number.',
    staff: 'The platform knows no such booking: check the number, or have an ordinary one taken.',
  },
  'queue.booking-none': {
    resident: 'Nothing is booked with this card. Please look at your message, or take an ordinary number.',
    staff:
      'Nothing is booked with this card: was it booked with another document? Or have an ordinary number taken.',
  },
  'queue.booking-needs-line': {
    resident:
      'It is not among the bookings of today here. The network is down, so no others can be looked up. Please take an ordinary number, or ask a member of staff.',
    staff:
      'Without the line only the bookings of this station that were fetched are known: look at the booking on the telephone and decide.',
  },
  'queue.not-a-booking': {
    resident:
      'This is not the code of a booking. Please open the page of your booking and hold its square code to the scanner.',
    staff: 'What was scanned is no code of a booking: look at the telephone, or type the number.',
  },
  'queue.booking-early': {
    resident: 'It is too early to check in. Please come back a little later, or take an ordinary number.',
    staff: 'Too early for the booking: wait, or have an ordinary number taken.',
  },
  'queue.booking-used': {
    resident: 'This booking is checked in already. Please use the number that you have.',
    staff: 'Checked in already: find its number in the list; a lost slip can be printed again.',
  },
  'queue.nowhere': {
    resident: 'It cannot be sent there now. Please ask a member of staff.',
    staff: 'That line, window or colleague is not there now, or the number is there already: choose another.',
  },
  'queue.nothing-to-undo': {
    resident: 'There is nothing to take back now. Please ask a member of staff.',
    staff: 'Too late, or somebody did something with the number since: set it right in the list.',
  },
  'queue.numbers-used-up': {
    resident: 'There are no numbers left here. Please go to a window; the staff will add you to the line.',
    staff:
      'No numbers are left: use paper numbers, or add people at the window as walk-ins. The blocks are in queue.blocks.',
  },
  'queue.hub-lost': {
    resident: 'This machine cannot reach the queue now. Please ask a member of staff.',
    staff:
      'The queue’s hub does not answer. Numbers go on from this machine’s own block; call from a window of the hub. Is the hub switched on, and its network plugged in?',
  },
  'queue.hub-refuses': {
    resident: 'This machine gives no numbers now. Please use another one, or ask a member of staff.',
    staff:
      'The hub does not let this terminal in: the technician admits it there (terminal-NN), and compares queue.lines and queue.blocks of both.',
  },
  'queue.hub-replaced': {
    resident: 'This machine gives no numbers now. Please use another one, or ask a member of staff.',
    staff:
      'Another terminal is the hub now: open the window’s page there. The technician makes this one its member (hub).',
  },
  'queue.number-twice': {
    resident: 'There are two slips of this number. Please ask a member of staff; both will be served.',
    staff:
      'Two terminals gave out one number: serve both people. The blocks in queue.blocks overlap; tell the technician.',
  },
  'handed.none': {
    resident: 'Nothing was handed in with this number. Please say at the window what it is about.',
    staff: 'No form came with this number, or it was erased: please ask the person.',
  },
  'handed.not-yours': {
    resident: 'This number is at another window. Please look at the board.',
    staff: 'Only whoever serves this number sees it: call it first.',
  },
  'handed.kiosk-silent': {
    resident: 'What you filled in cannot be fetched now. Please say at the window what it is about.',
    staff:
      'The kiosk at which this form lies does not answer. Is it switched on, and its network plugged in? Open it again then, or ask the person.',
  },
  'help.gone': {
    resident: 'Nobody is being called any more.',
    staff: 'This call is over: it was taken back, the person left, or somebody has dealt with it.',
  },
  'help.taken': {
    resident: 'A member of staff is coming already.',
    staff: 'A colleague is going already; you need not.',
  },
  'transfer.unreadable': {
    resident: 'A member of staff must do this. Please go to a window.',
    staff: 'The file cannot be read: check the USB stick and the name of the file.',
  },
  'transfer.not-written': {
    resident: 'A member of staff must do this. Please go to a window.',
    staff: 'The file was not written: choose another name, or a USB stick that has room.',
  },
  'transfer.not-ours': {
    resident: 'A member of staff must do this. Please go to a window.',
    staff: 'This is no transfer file: choose the one that the export wrote.',
  },
  'transfer.version-unknown': {
    resident: 'A member of staff must do this. Please go to a window.',
    staff: 'The file is from a newer version: update this program first, then import.',
  },
  'transfer.code-garbled': {
    resident: 'A member of staff must do this. Please go to a window.',
    staff: 'A part of the transfer code was mistyped: type the group that is named again.',
  },
  'transfer.wrong-code': {
    resident: 'A member of staff must do this. Please go to a window.',
    staff: 'This transfer code is of another file: find the one noted with this file.',
  },
  'transfer.damaged': {
    resident: 'A member of staff must do this. Please go to a window.',
    staff:
      'The file is not whole; what could be proven was taken. Export and import again: nothing is doubled.',
  },
  'transfer.other-station': {
    resident: 'A member of staff must do this. Please go to a window.',
    staff: 'This file is of another station: import it on a terminal there.',
  },
};

/** While the station is not known yet. */
export const anyDeskEn = 'a window';
