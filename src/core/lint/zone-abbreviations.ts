const winterOnly = "it has summer time, though the letters name the winter's clock";

/** What an abbreviation stands for in the IANA database or in JavaScript, and places whose zone may be meant. */
const abbreviations: Record<string, readonly [meaning: string, places: string]> = {
  EST: ["it is always 5 hours behind UTC, without summer time", "America/New_York"],
  MST: ["it is always 7 hours behind UTC, without summer time", "America/Denver or America/Phoenix"],
  HST: ["it is always 10 hours behind UTC", "Pacific/Honolulu"],
  EST5EDT: ["it is a rule of the United States", "America/New_York"],
  CST6CDT: ["it is a rule of the United States", "America/Chicago"],
  MST7MDT: ["it is a rule of the United States", "America/Denver"],
  PST8PDT: ["it is a rule of the United States", "America/Los_Angeles"],
  WET: [winterOnly, "Europe/Lisbon"],
  CET: [winterOnly, "Europe/Berlin or Europe/Paris"],
  MET: [winterOnly, "Europe/Berlin or Europe/Paris"],
  EET: [winterOnly, "Europe/Athens or Europe/Helsinki"],
  ACT: ["it stands for Australia/Darwin", "Australia/Darwin"],
  AET: ["it stands for Australia/Sydney", "Australia/Sydney or Australia/Brisbane"],
  AGT: ["it stands for America/Buenos_Aires", "America/Argentina/Buenos_Aires"],
  ART: ["it stands for Africa/Cairo", "Africa/Cairo or America/Argentina/Buenos_Aires"],
  AST: ["it stands for America/Anchorage", "America/Anchorage, America/Halifax or Asia/Riyadh"],
  BET: ["it stands for America/Sao_Paulo", "America/Sao_Paulo"],
  BST: ["it stands for Asia/Dhaka", "Asia/Dhaka or Europe/London"],
  CAT: ["it stands for Africa/Maputo", "Africa/Maputo"],
  CNT: ["it stands for America/St_Johns", "America/St_Johns"],
  CST: ["it stands for America/Chicago", "America/Chicago or Asia/Shanghai"],
  CTT: ["it stands for Asia/Shanghai", "Asia/Shanghai"],
  EAT: ["it stands for Africa/Nairobi", "Africa/Nairobi"],
  ECT: ["it stands for Europe/Paris", "Europe/Paris or America/Guayaquil"],
  IET: ["it stands for America/Indianapolis", "America/Indiana/Indianapolis"],
  IST: ["it stands for Asia/Kolkata", "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem"],
  JST: ["it stands for Asia/Tokyo", "Asia/Tokyo"],
  MIT: ["it stands for Pacific/Apia", "Pacific/Apia"],
  NET: ["it stands for Asia/Yerevan", "Asia/Yerevan"],
  NST: ["it stands for Pacific/Auckland", "Pacific/Auckland or America/St_Johns"],
  PLT: ["it stands for Asia/Karachi", "Asia/Karachi"],
  PNT: ["it stands for America/Phoenix", "America/Phoenix"],
  PRT: ["it stands for America/Puerto_Rico", "America/Puerto_Rico"],
  PST: ["it stands for America/Los_Angeles", "America/Los_Angeles or Asia/Manila"],
  SST: ["it stands for Pacific/Guadalcanal", "Pacific/Guadalcanal or Pacific/Pago_Pago"],
  VST: ["it stands for Asia/Saigon", "Asia/Ho_Chi_Minh"],
};

/** Why a zone's name may not be what its writer meant, and what to write; null for the name of a place, and for UTC. */
export function abbreviationWords(timeZone: string): string | null {
  const name = timeZone.toUpperCase();
  const known = Object.hasOwn(abbreviations, name) ? abbreviations[name]! : offsetMeaning(name);
  if (known === null) return null;
  const [meaning, places] = known;
  return `The time zone ${timeZone} is no place: ${meaning}. Write the zone of a place, such as ${places}.`;
}

/** `Etc/GMT+5` is five hours behind UTC, as POSIX counts. */
function offsetMeaning(name: string): readonly [string, string] | null {
  const [, sign, hours] = /^(?:ETC\/)?GMT([+-])0*([1-9]\d*)$/.exec(name) ?? [];
  if (hours === undefined) return null;
  const where = sign === "+" ? "behind" : "ahead of";
  const place = sign === "+" ? "America/New_York" : "Europe/Berlin";
  return [
    `it is always ${hours} ${hours === "1" ? "hour" : "hours"} ${where} UTC, for the sign is turned round`,
    place,
  ];
}
