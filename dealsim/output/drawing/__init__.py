"""Drawing tools that the plots share: style, axes, fans, and the sheet they are printed on."""
