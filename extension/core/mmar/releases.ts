/** The releases that bundles are made for and tested with (requirements.txt). */
export const releases = { monai: '1.6.1', torch: '2.13.0', numpy: '2.4.6' };

/** Variable of environment.json that says for which MONAI an MMAR's components are written. */
export const monaiVersion = 'MONAI_VERSION';
