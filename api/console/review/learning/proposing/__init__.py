"""The form in which a reviewer proposes what to mend."""
